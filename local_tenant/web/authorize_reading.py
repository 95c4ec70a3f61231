"""Reading a request to `/authorize`: who asks, where to, and for what (contract, 1.4, 1.7)."""

from __future__ import annotations

from flask import request

from local_tenant.errors import (
    BAD_MAX_AGE,
    BAD_PROMPT,
    CALLBACK_MISMATCH,
    CONNECTION_NOT_FOUND,
    CONNECTION_OFF,
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
from local_tenant.model import Application, SignIn
from local_tenant.rules import grants
from local_tenant.tenant import Tenant
from local_tenant.web.callback import Callback, go_back_to, origin_of
from local_tenant.web.reading import BROWSER_COOKIE

RESPONSE_TYPES = (
    "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token",
)  # fmt: skip
RESPONSE_MODES = ("query", "fragment", "form_post", "web_message")
PROMPTS = ("none", "login", "consent", "select_account")
MULTI_FACTOR = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


def read(tenant: Tenant) -> SignIn:
    """Read the request; who asks and where to is settled first, all else is refused on the callback."""
    given = request.values
    application = tenant.store.applications.get(given.get("client_id", ""))
    if application is None:
        raise Refused(UNKNOWN_CLIENT, client=given.get("client_id", ""))
    types = tuple(dict.fromkeys(given.get("response_type", "").split()))
    mode = given.get("response_mode") or ("query" if set(types) <= {"code"} else "fragment")
    redirect_uri = _redirect_uri(tenant, application, mode)
    go_back_to(Callback(redirect_uri, given.get("state"), _mode_for_refusals(mode, types)))
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
    """A message goes to a page's origin, which must be a web origin; a browser only to a callback."""
    url = request.values.get("redirect_uri", "")
    if mode != "web_message":
        if not tenant.applications.callback_is_allowed(application, url):
            raise Refused(CALLBACK_MISMATCH, url=url)
        return url
    if not tenant.origins.may_be_messaged(application, origin_of(url)):
        raise Refused(ORIGIN_NOT_ALLOWED, origin=origin_of(url))
    return url


def _mode_for_refusals(mode: str, types: tuple[str, ...]) -> str:
    """What is refused must not go out by a way that is refused itself."""
    implicit = not set(types) <= {"code"}
    if mode not in RESPONSE_MODES or (mode == "query" and implicit):
        return "fragment" if implicit else "query"
    return mode


def _check_types(tenant: Tenant, application: Application, types: tuple[str, ...], mode: str) -> None:
    asked = request.values.get("response_type", "")
    if not types:
        raise Refused(NO_RESPONSE_TYPE)
    if set(types) not in [set(known.split()) for known in RESPONSE_TYPES]:
        raise Refused(OTHER_RESPONSE_TYPE, given=asked)
    if mode not in RESPONSE_MODES:
        raise Refused(OTHER_RESPONSE_MODE, given=mode)
    if mode == "query" and types != ("code",):
        raise Refused(QUERY_MODE_UNSAFE, given=asked)
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
    if connection not in tenant.people.connections():
        raise Refused(CONNECTION_NOT_FOUND)
    if not tenant.connections.is_open(connection, application.client_id):
        raise Refused(CONNECTION_OFF)
    return None


def _check_grants(tenant: Tenant, application: Application, audience: str | None) -> None:
    if audience is not None and not tenant.grants.may_ask_for(application, audience):
        raise Refused(NO_GRANT_OF_THIRD_PARTY, audience=audience)
    if audience == tenant.audiences.mfa():
        for grant in (grants.MFA_OOB, grants.MFA_OTP):
            tenant.grants.check_mfa(application, grant, "authorize")


def _prompts() -> tuple[str, ...]:
    asked = request.values.get("prompt", "")
    prompts = tuple(asked.split())
    if not set(prompts) <= set(PROMPTS) or ("none" in prompts and len(prompts) > 1):
        raise Refused(BAD_PROMPT, given=asked)
    return prompts


def _max_age() -> int | None:
    given = request.values.get("max_age", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise Refused(BAD_MAX_AGE, given=given)
    return int(given)


def _take_up_session(tenant: Tenant, sign_in: SignIn, max_age: int | None) -> None:
    """Whoever is signed in need not say so again, unless the application wants to be sure or asks for another one."""
    session = tenant.sessions.of(request.cookies.get(BROWSER_COOKIE, ""))
    if session is None or not {"login", "select_account"}.isdisjoint(sign_in.prompts):
        return
    if tenant.sessions.is_fresh(session, max_age):
        sign_in.user_id, sign_in.auth_time = session.user_id, session.auth_time
        sign_in.second_factor = session.second_factor
