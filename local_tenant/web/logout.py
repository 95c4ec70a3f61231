"""`/v2/logout` and `/oidc/logout`: the end of a browser's session (client requirements, 3)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from local_tenant.errors import BAD_ID_TOKEN_HINT, LOGOUT_URL_NOT_ALLOWED, UNKNOWN_CLIENT, Refused
from local_tenant.model import Application
from local_tenant.tenant import Tenant
from local_tenant.web.reading import BROWSER_COOKIE


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the two ways out."""
    routes = Blueprint("logout", __name__)

    @routes.get("/v2/logout")
    def logout() -> Response:
        """`client_id`, `returnTo`; `federated` would end a session elsewhere, and there is none."""
        application = _application(tenant, request.args.get("client_id"))
        return _leave(tenant, application, request.args.get("returnTo"))

    @routes.route("/oidc/logout", methods=["GET", "POST"])
    def oidc_logout() -> Response:
        """`id_token_hint` or `client_id`, `post_logout_redirect_uri`, `state`; `logout_hint` names a session: the browser's."""  # noqa: E501
        given = request.values
        hinted = _hinted(tenant, given.get("id_token_hint"))
        application = _application(tenant, given.get("client_id") or hinted)
        return _leave(tenant, application, given.get("post_logout_redirect_uri"), given.get("state"))

    return routes


def _hinted(tenant: Tenant, hint: str | None) -> str | None:
    """Return whose id_token it is; one that has expired will do."""
    if not hint:
        return None
    claims = tenant.tokens.read(hint)
    if claims is None or not isinstance(claims.get("aud"), str):
        raise Refused(BAD_ID_TOKEN_HINT)
    return str(claims["aud"])


def _application(tenant: Tenant, client_id: str | None) -> Application | None:
    if not client_id:
        return None
    if client_id not in tenant.store.applications:
        raise Refused(UNKNOWN_CLIENT, client=client_id)
    return tenant.store.applications[client_id]


def _leave(tenant: Tenant, application: Application | None, url: str | None, state: str | None = None) -> Response:
    """End the session, and send the browser where it is allowed to go."""
    if url and not tenant.applications.logout_url_is_allowed(application, url):
        tenant.log.add("flo", client_id=application.client_id if application else None)
        raise Refused(LOGOUT_URL_NOT_ALLOWED, url=url)
    ended = tenant.sessions.end(request.cookies.get(BROWSER_COOKIE, ""))
    client_id = application.client_id if application else None
    tenant.log.add("slo", user_id=ended.user_id if ended else None, client_id=client_id)
    where = url and (url if state is None else f"{url}{'&' if '?' in url else '?'}{urlencode({'state': state})}")
    response: Response = redirect(where) if where else make_response("OK", 200)
    response.delete_cookie(BROWSER_COOKIE, path="/", secure=True, httponly=True, samesite="None")
    return response
