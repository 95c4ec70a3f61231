"""`/authorize` and `/authorize/resume`: the beginning and the end of every sign-in (contract, 1.4 to 1.8)."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from local_tenant.errors import (
    CALLBACK_MISMATCH,
    LOGIN_REQUIRED,
    NO_RESPONSE_TYPE,
    OTHER_CHALLENGE_METHOD,
    OTHER_RESPONSE_MODE,
    OTHER_RESPONSE_TYPE,
    SECOND_FACTOR_REQUIRED,
    UNKNOWN_CLIENT,
    Refused,
)
from local_tenant.rules import grants
from local_tenant.rules.applications import Application
from local_tenant.rules.sign_ins import SignIn
from local_tenant.tenant import Tenant
from local_tenant.web.reading import Callback, current_sign_in, go_back_to

SESSION_COOKIE = "auth0"
SCREENS = {"sms": "mfa-sms-challenge", "totp": "mfa-otp-challenge"}


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the two ends of a sign-in."""
    routes = Blueprint("authorize", __name__)

    @routes.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response:
        sign_in = _read(tenant)
        _take_up_session(tenant, sign_in)
        if "none" in request.values.get("prompt", "").split():
            _refuse_questions(tenant, sign_in)
            return _finish(tenant, sign_in)
        tenant.sign_ins.begin(sign_in)
        return _next(tenant, sign_in)

    @routes.get("/authorize/resume")
    def resume() -> Response:
        return _next(tenant, current_sign_in(tenant))

    return routes


def _read(tenant: Tenant) -> SignIn:
    """Read the request; who asks and where to is settled first, all else is refused on the callback."""
    given = request.values
    application = tenant.store.applications.get(given.get("client_id", ""))
    if application is None:
        raise Refused(UNKNOWN_CLIENT, client=given.get("client_id", ""))
    redirect_uri = given.get("redirect_uri", "")
    if not tenant.applications.callback_is_allowed(application, redirect_uri):
        raise Refused(CALLBACK_MISMATCH, url=redirect_uri)
    go_back_to(Callback(redirect_uri, given.get("state")))
    _check_shape(tenant, application)
    tenant.connections.check_any(application)
    audience = tenant.audiences.find(given.get("audience") or None)
    if audience == tenant.audiences.mfa():
        for grant in (grants.MFA_OOB, grants.MFA_OTP):
            tenant.grants.check_mfa(application, grant, "authorize")
    return SignIn(
        state=tenant.sign_ins.new_state(),
        application=application,
        redirect_uri=redirect_uri,
        scopes=tenant.tokens.granted_scopes(audience, given.get("scope", "").split()),
        audience=audience,
        client_state=given.get("state"),
        nonce=given.get("nonce"),
        code_challenge=given.get("code_challenge") or None,
        code_challenge_method=given.get("code_challenge_method", "plain"),
        login_hint=given.get("login_hint", ""),
        started_at=tenant.clock.now(),
    )


def _check_shape(tenant: Tenant, application: Application) -> None:
    given = request.values
    response_type = given.get("response_type")
    if not response_type:
        raise Refused(NO_RESPONSE_TYPE)
    if response_type != "code":
        raise Refused(OTHER_RESPONSE_TYPE, given=response_type)
    if (mode := given.get("response_mode", "query")) != "query":
        raise Refused(OTHER_RESPONSE_MODE, given=mode)
    tenant.grants.check_response_type(application)
    if (method := given.get("code_challenge_method", "plain")) not in ("S256", "plain"):
        raise Refused(OTHER_CHALLENGE_METHOD, given=method)


def _take_up_session(tenant: Tenant, sign_in: SignIn) -> None:
    session = tenant.sign_ins.session(request.cookies.get(SESSION_COOKIE))
    if session is not None and "login" not in request.values.get("prompt", "").split():
        sign_in.user_id, sign_in.auth_time = session.user_id, session.auth_time
        sign_in.second_factor = session.second_factor


def _refuse_questions(tenant: Tenant, sign_in: SignIn) -> None:
    """A silent request must not need a screen."""
    if sign_in.user_id is None:
        raise Refused(LOGIN_REQUIRED)
    if tenant.second_factor.is_due(sign_in, tenant.people.get(sign_in.user_id)):
        raise Refused(SECOND_FACTOR_REQUIRED)


def _next(tenant: Tenant, sign_in: SignIn) -> Response:
    """Send the browser to the screen that is due, or to the callback."""
    if sign_in.user_id is None:
        return redirect(f"/u/{tenant.pages.first_screen()}?state={sign_in.state}")
    person = tenant.people.get(sign_in.user_id)
    if not tenant.second_factor.is_due(sign_in, person):
        return _finish(tenant, sign_in)
    asked = tenant.store.authenticators.get(sign_in.authenticator_id or "")
    if asked is None:
        asked = tenant.second_factor.first_offered(person)
        tenant.log.add("mfar", user_id=person.user_id, client_id=sign_in.application.client_id)
        tenant.second_factor.challenge(sign_in, asked)
    return redirect(f"/u/{SCREENS[asked.kind]}?state={sign_in.state}")


def _finish(tenant: Tenant, sign_in: SignIn) -> Response:
    callback = Callback(sign_in.redirect_uri, tenant.sign_ins.callback_state(sign_in))
    tenant.log.add("s", user_id=sign_in.user_id, client_id=sign_in.application.client_id)
    response = callback.redirect({"code": tenant.sign_ins.finish(sign_in)})
    session = tenant.sign_ins.remember(sign_in)
    response.set_cookie(SESSION_COOKIE, session, secure=True, httponly=True, samesite="None", path="/")
    return response
