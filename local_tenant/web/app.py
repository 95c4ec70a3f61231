"""The tenant's web app: its blueprints, the request lock, limits, and refusals."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

from local_tenant.errors import API_RATE_LIMITED, PAGE_RATE_LIMITED, RATE_LIMITED, UNAVAILABLE, Refused
from local_tenant.fault_injection import ConnectionCut, Outage
from local_tenant.model import RateLimitStatus
from local_tenant.request_context import Caller, handled_for
from local_tenant.tenant import Tenant
from local_tenant.web import (
    authorize,
    identity,
    management,
    mfa_api,
    screens,
    token_endpoint,
)
from local_tenant.web.reading import Callback, bearer, json_object

LARGEST_BODY = 256 * 1024
JSON_PATHS = ("/oauth/", "/mfa/", "/api/", "/.well-known/", "/userinfo", "/dbconnections/")


class OneAtATime(Flask):
    """Reads each request completely, and then handles one request at a time: every change of the data is atomic."""

    def __init__(self, tenant: Tenant) -> None:
        """Use the templates of this package."""
        super().__init__("local_tenant", template_folder=str(Path(__file__).parent.parent / "templates"))
        self._tenant = tenant

    def dispatch_request(self) -> ResponseReturnValue:
        """Read the body, apply an injected outage, and only then wait for the lock."""
        request.get_data()
        outage = _apply_outage(self._tenant)
        caller = Caller(request.remote_addr or "", request.headers.get("User-Agent", ""), request.method, request.path)
        with handled_for(caller), self._tenant.request_lock.held():
            _keep_to_the_limits(self._tenant, outage)
            return super().dispatch_request()

    def handle_exception(self, e: Exception) -> Response:
        """Close a cut connection without a response, not even that of an internal error."""
        if isinstance(e, ConnectionCut):
            raise e
        return super().handle_exception(e)


def tenant_app(tenant: Tenant) -> Flask:
    """Return the web app of a tenant."""
    app = OneAtATime(tenant)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["pages"] = tenant.pages
    for part in (authorize, screens, token_endpoint, mfa_api, management, identity):
        app.register_blueprint(part.blueprint(tenant))
    app.register_blueprint(identity.dbconnections(tenant))

    @app.context_processor
    def name_the_tenant() -> dict[str, object]:
        return {"friendly_name": tenant.settings.friendly_name}

    @app.before_request
    def answer_preflight() -> Response | None:
        return make_response("", 204) if _is_preflight(tenant) else None

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
        if tenant.origins.is_served(request.path):
            response.headers.update(tenant.origins.headers(request.headers.get("Origin"), _is_preflight(tenant)))
        left: RateLimitStatus | None = g.get("rate_limit")
        if left is not None:
            response.headers["x-ratelimit-limit"] = str(left.limit)
            response.headers["x-ratelimit-remaining"] = str(left.remaining)
            response.headers["x-ratelimit-reset"] = str(left.reset)
        _note_request(tenant, response.status_code)
        return response

    return app


def _is_preflight(tenant: Tenant) -> bool:
    """Return whether this is a CORS preflight request, which always succeeds."""
    asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return asked and tenant.origins.is_served(request.path)


def _apply_outage(tenant: Tenant) -> Outage | None:
    met = tenant.fault_injection.take(request.path)
    if met is None:
        return None
    match met.response:
        case "delay":
            tenant.fault_injection.wait(met.seconds)
        case "cut":
            _note_request(tenant, None)
            raise ConnectionCut
        case "503":
            raise Refused(UNAVAILABLE)
    return met


def _keep_to_the_limits(tenant: Tenant, outage: Outage | None) -> None:
    """Refuse a request above the rate limit, or where a test injected 429; set the `x-ratelimit-*` headers."""
    ordered = outage is not None and outage.response == "429"
    if not ordered and not tenant.rate_limits.are_enforced():
        return
    left = tenant.rate_limits.count(request.path, bearer())
    if ordered:
        left = replace(left, remaining=0, is_exceeded=True)
    g.rate_limit = left
    if left.is_exceeded:
        tenant.log.add("api_limit")
        if not _answers_in_json(request.path):
            raise Refused(PAGE_RATE_LIMITED, path=request.path)
        raise Refused(API_RATE_LIMITED if request.path.startswith("/api/") else RATE_LIMITED)


def _note_request(tenant: Tenant, status: int | None) -> None:
    names = [name for name, value in request.args.items() if value]
    with suppress(HTTPException):  # a body that is too large is not read
        names += json_object() or {} if request.is_json else [name for name, value in request.form.items() if value]
    tenant.requests.add(tenant.clock.now(), request.method, request.path, status, names)


def _refuse(tenant: Tenant, refused: Refused) -> Response:
    status = tenant.refusals.status(refused)
    if request.path.startswith("/api/"):
        return make_response(jsonify(tenant.refusals.management_body(refused)), status)
    if _answers_in_json(request.path):
        return make_response(jsonify(tenant.refusals.oauth_body(refused) | refused.more), status)
    callback: Callback | None = g.get("callback")
    if refused.row.status == 302 and callback is not None:
        return make_response(callback.send(tenant.refusals.oauth_body(refused)))
    page = render_template("error.html", name=refused.row.error, words=refused.description)
    return make_response(page, 400 if status == 302 else status)  # there is no callback to redirect to


def _answers_in_json(path: str) -> bool:
    """Return whether a path has JSON errors: all but the pages and the page of an enrollment ticket."""
    return path.startswith(JSON_PATHS) and path != "/mfa/enrollment"


def _explain(reason: HTTPException) -> Response:
    status, words = reason.code or 500, reason.description or reason.name
    if request.path.startswith("/api/"):
        return make_response(jsonify(statusCode=status, error=reason.name, message=words), status)
    if request.path.startswith(JSON_PATHS):
        return make_response(jsonify(error=reason.name.lower().replace(" ", "_"), error_description=words), status)
    return make_response(render_template("error.html", name=reason.name, words=words), status)
