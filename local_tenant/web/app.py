"""The tenant's web app: its parts, the one lock, and how refusals leave."""

from __future__ import annotations

import threading
from pathlib import Path

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from local_tenant.errors import Refused
from local_tenant.tenant import Tenant
from local_tenant.web import (
    authorize,
    dbconnections,
    discovery,
    identity,
    management,
    mfa_api,
    token_endpoint,
    universal_login,
)
from local_tenant.web.reading import Callback

LARGEST_BODY = 256 * 1024
JSON_PATHS = ("/oauth/", "/mfa/", "/api/", "/.well-known/", "/userinfo", "/dbconnections/")


class OneAtATime(Flask):
    """Reads a whole request first and then handles one at a time: every change of the data is atomic."""

    def __init__(self) -> None:
        """Find the templates beside this package."""
        super().__init__("local_tenant", template_folder=str(Path(__file__).parent.parent / "templates"))
        self._one = threading.Lock()

    def dispatch_request(self) -> ResponseReturnValue:
        """Wait for the client outside the lock, then for the lock."""
        request.get_data()
        with self._one:
            return super().dispatch_request()


def tenant_app(tenant: Tenant) -> Flask:
    """Return the web app of a tenant."""
    app = OneAtATime()
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["friendly_name"] = tenant.configuration.friendly_name
    app.jinja_env.globals["pages"] = tenant.pages
    for part in (discovery, authorize, universal_login, token_endpoint, mfa_api, management):
        app.register_blueprint(part.blueprint(tenant))
    for further in (identity, dbconnections):
        app.register_blueprint(further.blueprint(tenant))

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        return _refuse(tenant, refused)

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> Response:
        return _explain(reason)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["Date"] = http_date(tenant.clock.now())
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _refuse(tenant: Tenant, refused: Refused) -> Response:
    status = tenant.refusals.status(refused)
    if request.path.startswith("/api/"):
        return make_response(jsonify(tenant.refusals.management_body(refused)), status)
    if request.path.startswith(JSON_PATHS):
        return make_response(jsonify(tenant.refusals.oauth_body(refused) | refused.more), status)
    callback: Callback | None = g.get("callback")
    if refused.row.status == 302 and callback is not None:
        return make_response(callback.redirect(tenant.refusals.oauth_body(refused)))
    return make_response(render_template("error.html", name=refused.row.error, words=refused.description), status)


def _explain(reason: HTTPException) -> Response:
    status, words = reason.code or 500, reason.description or reason.name
    if request.path.startswith("/api/"):
        return make_response(jsonify(statusCode=status, error=reason.name, message=words), status)
    if request.path.startswith(JSON_PATHS):
        return make_response(jsonify(error=reason.name.lower().replace(" ", "_"), error_description=words), status)
    return make_response(render_template("error.html", name=reason.name, words=words), status)
