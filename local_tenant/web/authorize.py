"""`/authorize` and `/authorize/resume`: the start and the end of every sign-in (AF-AUTHZ-01, AF-AUTHZ-42)."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.errors import (
    BAD_MAX_AGE,
    BAD_PROMPT,
    CALLBACK_MISMATCH,
    CONNECTION_DISABLED_AT_AUTHORIZE,
    CONNECTION_NOT_FOUND,
    NO_GRANT_OF_THIRD_PARTY,
    NO_RESPONSE_TYPE,
    NONCE_MISSING,
    ORIGIN_NOT_ALLOWED,
    OTHER_CHALLENGE_METHOD,
    OTHER_RESPONSE_MODE,
    OTHER_RESPONSE_TYPE,
    QUERY_MODE_UNSAFE,
    UNKNOWN_CLIENT,
    Refused,
)
from local_tenant.model import Application, SignIn, TokenRequest
from local_tenant.rules import grants
from local_tenant.rules.responses import origin_of
from local_tenant.tenant import Tenant
from local_tenant.web.reading import BROWSER_COOKIE, Callback, callback_of, current_sign_in, set_callback

RESPONSE_TYPES = ("code", "token", "id_token", "token id_token")
RESPONSE_MODES = ("query", "fragment", "web_message")
PROMPTS = ("none", "login", "consent", "select_account")
MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"
DEVICE_COOKIE = "auth0-mf"
YEAR = 365 * 86_400


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("authorize", __name__)

    @routes.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response:
        try:
            return _begin(tenant)
        except Refused as refused:
            tenant.log.add("f", description=refused.description, reason=refused.row.error)
            raise

    @routes.get("/mfa/enrollment")
    def enrollment() -> Response:
        return _open_ticket(tenant)

    @routes.get("/authorize/resume")
    def resume() -> Response:
        return continue_sign_in(tenant, current_sign_in(tenant))

    return routes


def _begin(tenant: Tenant) -> Response:
    """Read the request, and redirect to the first screen; silent authentication ends on the callback at once."""
    sign_in = _read(tenant)
    known = request.cookies.get(BROWSER_COOKIE, "")
    sign_in.browser = known or tenant.sessions.new_browser()
    sign_in.device = request.cookies.get(DEVICE_COOKIE, "")
    if "none" in sign_in.prompts:
        tenant.sign_in_flow.check_silent(sign_in)
        return _finish(tenant, sign_in)
    tenant.sign_ins.start(sign_in)
    response = continue_sign_in(tenant, sign_in)
    if not known and sign_in.state in tenant.store.sign_ins:
        set_cookie(response, BROWSER_COOKIE, sign_in.browser)
    return response


def _open_ticket(tenant: Tenant) -> Response:
    """Redirect to the enrollment screens of a ticket; its link alone identifies the user."""
    browser = request.cookies.get(BROWSER_COOKIE, "") or tenant.sessions.new_browser()
    response = continue_sign_in(tenant, tenant.tickets.open(request.args.get("ticket", ""), browser))
    set_cookie(response, BROWSER_COOKIE, browser)
    return response


def continue_sign_in(tenant: Tenant, sign_in: SignIn) -> Response:
    """Redirect the browser to the next screen, or to the callback."""
    path = tenant.sign_in_flow.next_screen(sign_in)
    if path is None and sign_in.ticket:
        tenant.tickets.mark_used(sign_in)
        tenant.sign_ins.end(sign_in)
        return make_response(render_template("mfa_enrolled.html"))
    if path is None:
        return _finish(tenant, sign_in)
    if sign_in.user_id is not None:
        user = tenant.users.get(sign_in.user_id)
        if tenant.second_factor.is_due(sign_in, user):
            tenant.second_factor.start(sign_in, user)
        elif not sign_in.screen_since:
            tenant.sign_ins.show_screen(sign_in)
    return redirect(f"/u/{path}?state={sign_in.state}")


def _finish(tenant: Tenant, sign_in: SignIn) -> Response:
    tenant.log.add("s", user_id=sign_in.user_id, client_id=sign_in.application.client_id)
    response = callback_of(tenant, sign_in).send(_answer(tenant, sign_in))
    tenant.sign_ins.end(sign_in)
    set_cookie(response, BROWSER_COOKIE, tenant.sessions.create(sign_in))
    if sign_in.remembers_device:
        set_cookie(response, DEVICE_COOKIE, tenant.sessions.remember_device(sign_in), YEAR)
    return response


def _answer(tenant: Tenant, sign_in: SignIn) -> dict[str, str]:
    """Return what `response_type` requests."""
    if "code" in sign_in.response_types:
        return {"code": tenant.sign_ins.issue_code(sign_in)}
    scopes = [scope for scope in sign_in.scopes if scope != "offline_access"]  # no refresh token in a browser
    token_request = TokenRequest(
        tenant.users.get(sign_in.user_id or ""), sign_in.application, sign_in.audience, scopes, sign_in.nonce,
        sign_in.auth_time, second_factor=sign_in.second_factor, is_implicit=True,
    )  # fmt: skip
    return tenant.tokens.implicit_response(token_request, sign_in.response_types)


def set_cookie(response: Response, name: str, value: str, lifetime: int | None = None) -> None:
    """Set a cookie as Auth0 does: `SameSite=None`, `Secure`, `HttpOnly`."""
    response.set_cookie(name, value, lifetime, secure=True, httponly=True, samesite="None", path="/")


def _read(tenant: Tenant) -> SignIn:
    """Read the request. Application and redirect URI are checked first; later refusals go to the callback."""
    given = request.values
    application = tenant.store.applications.get(given.get("client_id", ""))
    if application is None:
        raise Refused(UNKNOWN_CLIENT, client=given.get("client_id", ""))
    types = tuple(dict.fromkeys(given.get("response_type", "").split()))
    mode = given.get("response_mode") or ("query" if set(types) <= {"code"} else "fragment")
    redirect_uri = _redirect_uri(tenant, application, mode)
    set_callback(Callback(redirect_uri, given.get("state"), _mode_for_refusals(mode, types)))
    _check_types(tenant, application, types, mode)
    _check_method()
    _check_connection(tenant, application)
    audience = tenant.audiences.find(given.get("audience") or None)
    _check_grants(tenant, application, audience)
    sign_in = SignIn(
        state=tenant.sign_ins.new_state(),
        application=application,
        redirect_uri=redirect_uri,
        scopes=tenant.tokens.granted_scopes(audience, given.get("scope", "").split()),
        audience=audience,
        client_state=given.get("state"),
        nonce=given.get("nonce"),
        code_challenge=given.get("code_challenge") or None,
        code_challenge_method=given.get("code_challenge_method", "plain"),
        connection=given.get("connection") or None,
        login_hint=given.get("login_hint", ""),
        started_at=tenant.clock.now(),
        response_types=types,
        response_mode=mode,
        prompts=_prompts(),
        screen_hint=given.get("screen_hint", ""),
        ui_locales=tuple(given.get("ui_locales", "").split()),
        wants_second_factor=MULTI_FACTOR in given.get("acr_values", "").split(),
    )
    _take_up_session(tenant, sign_in, _max_age())
    return sign_in


def _redirect_uri(tenant: Tenant, application: Application, mode: str) -> str:
    """Return the redirect URI: for a web message a page at a web origin, else a registered callback URL."""
    url = request.values.get("redirect_uri", "")
    if mode != "web_message":
        if not tenant.applications.callback_is_allowed(application, url):
            raise Refused(CALLBACK_MISMATCH, url=url)
        return url
    if not tenant.origins.accepts_web_message(application, origin_of(url)):
        raise Refused(ORIGIN_NOT_ALLOWED, origin=origin_of(url))
    return url


def _mode_for_refusals(mode: str, types: tuple[str, ...]) -> str:
    """Return a response mode for refusals that is valid itself."""
    implicit = not set(types) <= {"code"}
    if mode not in RESPONSE_MODES or (mode == "query" and implicit):
        return "fragment" if implicit else "query"
    return mode


def _check_types(tenant: Tenant, application: Application, types: tuple[str, ...], mode: str) -> None:
    requested = request.values.get("response_type", "")
    if not types:
        raise Refused(NO_RESPONSE_TYPE)
    if set(types) not in [set(known.split()) for known in RESPONSE_TYPES]:
        raise Refused(OTHER_RESPONSE_TYPE, given=requested)
    if mode not in RESPONSE_MODES:
        raise Refused(OTHER_RESPONSE_MODE, given=mode)
    if mode == "query" and types != ("code",):
        raise Refused(QUERY_MODE_UNSAFE, given=requested)
    tenant.grants.check_response_types(application, types)
    if "id_token" in types and not request.values.get("nonce"):
        raise Refused(NONCE_MISSING)


def _check_method() -> None:
    if (method := request.values.get("code_challenge_method", "plain")) not in ("S256", "plain"):
        raise Refused(OTHER_CHALLENGE_METHOD, given=method)


def _check_connection(tenant: Tenant, application: Application) -> None:
    connection = request.values.get("connection")
    if not connection:
        return tenant.connections.check_any(application)
    if connection not in tenant.users.connections():
        raise Refused(CONNECTION_NOT_FOUND)
    if not tenant.connections.is_enabled(connection, application.client_id):
        raise Refused(CONNECTION_DISABLED_AT_AUTHORIZE)
    return None


def _check_grants(tenant: Tenant, application: Application, audience: str | None) -> None:
    if audience is not None and not tenant.grants.may_request(application, audience):
        raise Refused(NO_GRANT_OF_THIRD_PARTY, audience=audience)
    if audience == tenant.audiences.mfa():
        for grant in (grants.MFA_OOB, grants.MFA_OTP):
            tenant.grants.check_mfa(application, grant, "authorize")


def _prompts() -> tuple[str, ...]:
    requested = request.values.get("prompt", "")
    prompts = tuple(requested.split())
    if not set(prompts) <= set(PROMPTS) or ("none" in prompts and len(prompts) > 1):
        raise Refused(BAD_PROMPT, given=requested)
    return prompts


def _max_age() -> int | None:
    given = request.values.get("max_age", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise Refused(BAD_MAX_AGE, given=given)
    return int(given)


def _take_up_session(tenant: Tenant, sign_in: SignIn, max_age: int | None) -> None:
    """Use the browser's session, unless the request wants a new login or the session is older than `max_age`."""
    session = tenant.sessions.find(request.cookies.get(BROWSER_COOKIE, ""))
    if session is None or not {"login", "select_account"}.isdisjoint(sign_in.prompts):
        return
    if tenant.sessions.is_fresh(session, max_age):
        sign_in.user_id, sign_in.auth_time = session.user_id, session.auth_time
        sign_in.second_factor = session.second_factor
