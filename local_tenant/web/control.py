"""The control API, on a port of its own: `POST /tenants` gives a sibling, `DELETE /tenants/{id}` ends one."""

from __future__ import annotations

import hmac

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from local_tenant.siblings import SiblingError, Siblings
from local_tenant.variations import VariationError
from local_tenant.web.reading import json_object


def control_app(siblings: Siblings, token: str) -> Flask:
    """Return the web app that controls one tenant."""
    app = Flask("local_tenant.control")
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> Response | None:
        given = request.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return make_response(jsonify(error="the bearer token is missing or wrong"), 401)

    @app.post("/tenants")
    def add() -> Response:
        try:
            sibling_id, settings = siblings.start(_vary())
        except (VariationError, ValueError) as reason:
            return make_response(jsonify(error=str(reason)), 400)
        except SiblingError as reason:
            return make_response(jsonify(error=str(reason)), 503)
        return make_response(jsonify(id=sibling_id, profile=settings), 201)

    @app.delete("/tenants/<sibling_id>")
    def end(sibling_id: str) -> Response:
        if not siblings.end(sibling_id):
            return make_response(jsonify(error=f"no sibling has the id {sibling_id!r}"), 404)
        return make_response("", 204)

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> Response:
        return make_response(jsonify(error=reason.description or reason.name), reason.code or 500)

    return app


def _vary() -> list[str]:
    """Read `{"vary": [names]}`; an empty body asks for nothing."""
    body = json_object() if request.get_data() else {}
    if body is None:
        raise ValueError("expected a JSON object")
    for key in body:
        if key != "vary":
            raise ValueError(f"{key!r} is not known; the only key is 'vary'")
    names = body.get("vary", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("vary: expected a list of names")
    return [str(name) for name in names]
