"""The control API, on a port of its own: `POST /tenants` gives a sibling, `DELETE /tenants/{id}` ends one.

Time and keys stand in `control_time`, answers to pushes in `control_pushes`, trouble and the post in `control_trouble`.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from local_tenant.post import Post
from local_tenant.siblings import SiblingError, Siblings
from local_tenant.tenant import Tenant
from local_tenant.variations import VariationError
from local_tenant.web import control_dashboard, control_pushes, control_time, control_trouble
from local_tenant.web.control_dashboard import Look
from local_tenant.web.control_reading import BadOrder, body


def control_app(tenant: Tenant, post: Post, siblings: Siblings, token: str, look: Look) -> Flask:
    """Return the web app that controls one tenant."""
    app = Flask("local_tenant.control", template_folder=str(Path(__file__).parent.parent / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> Response | None:
        given = request.headers.get("Authorization", "")
        if request.path == control_dashboard.PATH and look.opens(request.args.get("token", "")):
            return None
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return make_response(jsonify(error="the bearer token is missing or wrong"), 401)

    @app.post("/tenants")
    def add() -> Response:
        try:
            sibling_id, settings = siblings.start(_vary())
        except SiblingError as reason:
            return make_response(jsonify(error=str(reason)), 503)
        return make_response(jsonify(id=sibling_id, profile=settings), 201)

    @app.delete("/tenants/<sibling_id>")
    def end(sibling_id: str) -> Response:
        if not siblings.end(sibling_id):
            return make_response(jsonify(error=f"no sibling has the id {sibling_id!r}"), 404)
        return make_response("", 204)

    control_dashboard.add(app, tenant, look)
    control_time.add(app, tenant)
    control_pushes.add(app, tenant)
    control_trouble.add(app, tenant, post)

    @app.errorhandler(BadOrder)
    @app.errorhandler(VariationError)
    def refuse(reason: ValueError) -> Response:
        return make_response(jsonify(error=str(reason)), 400)

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> Response:
        return make_response(jsonify(error=reason.description or reason.name), reason.code or 500)

    return app


def _vary() -> list[str]:
    """Read `{"vary": [names]}`; an empty body asks for nothing."""
    names = body("vary").get("vary", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadOrder("vary: expected a list of names")
    return [str(name) for name in names]
