"""Refusals of `/oauth/token`, `/userinfo` and `/dbconnections`: applications, passwords, codes, refresh tokens."""

from __future__ import annotations

import itertools

import requests

from tests.tenant.arranged import CONNECTION, UNPROTECTED, Arranged
from tests.tenant.client import REALM_GRANT
from tests.tenant.refusals.table import Case, Table

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
UNAUTHORIZED = (401, "access_denied", "Unauthorized")
BAD_CODE = (403, "invalid_grant", "Invalid authorization code")
WRONG_PASSWORD = (403, "invalid_grant", "Wrong email or password.")
BLOCKED = (403, "unauthorized", "user is blocked")
BAD_REFRESH_TOKEN = (403, "invalid_grant", "Unknown or invalid refresh token.")
BAD_REDIRECT = (403, "invalid_grant", "The redirect URI is not that of the sign-in.")
UNREADABLE = (400, "invalid_request", "The body is neither form-encoded nor a JSON object of strings.")
NOT_FOR_USERINFO = (401, "invalid_token", "The access token is not valid for the userinfo endpoint.")
TOO_MANY_WRONG = (
    "Your account has been blocked after multiple consecutive login attempts. "
    "We've sent you a notification with instructions on how to unblock it."
)
CLIENT_GRANT = (
    'Client is not authorized to access "https://localhost:1/api/v2/". You need to create a "client-grant" associated '
    "to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
)
CLIENT_GRANT_BY_NAME = (
    'Client "{client}" is not authorized to access resource server "https://localhost:1/api/v2/". '
    'You need to create a "client-grant" associated to this API.'
)
SUSPICIOUS = UNPROTECTED + "\n[attack_protection]\nsuspicious_ip_throttling = true\nmax_attempts = 4\n"
HASTY = UNPROTECTED + "\n[rate_limits]\nenforce = true\n"
NO_DIRECTORY = UNPROTECTED.replace('default_directory = "Username-Password-Authentication"', "")
_numbers = itertools.count()


def missing(name: str) -> tuple[int, str, str]:
    return 400, "invalid_request", f"Missing required parameter: {name}"


def not_allowed(grant: str) -> tuple[int, str, str]:
    return 403, "unauthorized_client", f"Grant type '{grant}' not allowed for the client."


def post(it: Arranged, **request: object) -> requests.Response:
    return it.http.post(it.url("/oauth/token"), **request)  # type: ignore[arg-type]


def wrong_password(it: Arranged) -> requests.Response:
    return it.password(password="wrong")


def sign_up_a_user(it: Arranged) -> requests.Response:
    return it.sign_up(email=f"new{next(_numbers)}@example.test")


def machine_of_web(it: Arranged) -> requests.Response:
    """Let an application request tokens for itself, for an API that it has no client grant for."""
    it.change(it.web, grant_types=["client_credentials"])
    return it.machine("web")


def without_method(it: Arranged) -> requests.Response:
    """Demand a client secret of an application that has none."""
    it.code  # noqa: B018  # issued before
    it.change(it.spa, token_endpoint_auth_method="client_secret_post")
    return it.exchange()


def revoked(it: Arranged) -> requests.Response:
    it.http.post(it.url("/oauth/revoke"), json={"client_id": it.spa.client_id, "token": it.refresh_token})
    return it.refresh()


def blocked_before_the_confirmation(it: Arranged) -> requests.Response:
    it.mary.associate_app(it.mfa_token)
    return it.blocked().otp(mfa_token=it.mfa_token)


def newest_of_a_reused_family(it: Arranged) -> requests.Response:
    newest = it.refresh().json()["refresh_token"]
    it.refresh()
    return it.refresh(newest)


APPLICATIONS: Table = {
    "BODY_UNREADABLE": Case(lambda it: post(it, json=["grant_type"]), *UNREADABLE),
    "BODY_UNREADABLE, a number": Case(lambda it: post(it, json={"grant_type": 7}), *UNREADABLE),
    "PARAMETER_MISSING, grant_type": Case(lambda it: it.ask(code="x"), *missing("grant_type")),
    "OTHER_GRANT": Case(
        lambda it: it.ask(grant_type="urn:no"), 403, "unsupported_grant_type", "Unsupported grant type: urn:no",
    ),
    "CLIENT_DENIED, no application": Case(lambda it: it.exchange(client_id=""), *UNAUTHORIZED),
    "CLIENT_DENIED, unknown application": Case(lambda it: it.exchange(client_id="nobody"), *UNAUTHORIZED),
    "CLIENT_DENIED, wrong secret": Case(lambda it: it.exchange("web", client_secret="wrong"), *UNAUTHORIZED),
    "CLIENT_DENIED, no secret": Case(lambda it: it.exchange("web", client_secret=""), *UNAUTHORIZED),
    "CLIENT_DENIED, wrong secret of a machine": Case(lambda it: it.machine(client_secret="wrong"), *UNAUTHORIZED),
    "CLIENT_DENIED, wrong secret in the header": Case(
        lambda it: post(it, data={"grant_type": "authorization_code", "code": "x"}, auth=(it.web.client_id, "wrong")),
        *UNAUTHORIZED,
    ),
    "CLIENT_DENIED, no assertion": Case(lambda it: it.exchange("jwt"), *UNAUTHORIZED),
    "CLIENT_DENIED, malformed assertion": Case(
        lambda it: it.exchange("jwt", client_assertion="x.y.z", client_assertion_type=JWT_BEARER), *UNAUTHORIZED,
    ),
    "CLIENT_DENIED, secret required since": Case(without_method, *UNAUTHORIZED),
    "CLIENT_INVALID": Case(
        lambda it: it.exchange(client_id="nobody"), 401, "invalid_client", "Client authentication failed",
        vary=("client-refused-as-invalid-client",),
    ),
    "GRANT_NOT_ALLOWED, code": Case(
        lambda it: it.ask("management", grant_type="authorization_code", code="x"), *not_allowed("authorization_code"),
    ),
    "GRANT_NOT_ALLOWED, password": Case(lambda it: it.password("management"), *not_allowed("password")),
    "GRANT_NOT_ALLOWED, machine": Case(lambda it: it.machine("web"), *not_allowed("client_credentials")),
    "NO_CLIENT_GRANT": Case(machine_of_web, 403, "access_denied", CLIENT_GRANT),
    "NO_CLIENT_GRANT_BY_NAME": Case(
        machine_of_web, 403, "access_denied", CLIENT_GRANT_BY_NAME, vary=("missing-client-grant-in-newer-wording",),
    ),
    "SERVICE_NOT_ENABLED": Case(
        lambda it: it.machine(audience="https://no"), 403, "access_denied",
        "Service not enabled within domain: https://no",
    ),
    "PARAMETER_MISSING, audience": Case(lambda it: it.machine(audience=""), *missing("audience")),
    "RATE_LIMITED": Case(
        lambda it: it.outage("/oauth/token", 429).exchange(code="x", code_verifier="x", redirect_uri="x"), 429,
        "too_many_requests", "Rate limit exceeded. Try again in a moment.",
    ),
    "UNAVAILABLE": Case(
        lambda it: it.outage("/oauth/token", 503).ask(), 503, "temporarily_unavailable",
        "The service is temporarily unavailable.",
    ),
}  # fmt: skip

CODES: Table = {
    "BAD_AUTHORIZATION_CODE, never issued": Case(lambda it: it.exchange(code="never-issued"), *BAD_CODE),
    "BAD_AUTHORIZATION_CODE, used": Case(lambda it: it.after(1, Arranged.exchange).exchange(), *BAD_CODE),
    "BAD_AUTHORIZATION_CODE, of another application": Case(lambda it: it.exchange("native"), *BAD_CODE),
    "BAD_VERIFIER": Case(
        lambda it: it.exchange(code_verifier="w" * 43), 403, "invalid_grant", "Failed to verify code verifier",
    ),
    "BAD_VERIFIER_401": Case(
        lambda it: it.exchange(code_verifier="w" * 43), 401, "invalid_grant", "Failed to verify code verifier",
        vary=("wrong-verifier-with-401",),
    ),
    "VERIFIER_MISSING": Case(
        lambda it: it.exchange(code_verifier=""), 403, "invalid_grant", "Parameter 'code_verifier' is required",
    ),
    "BAD_REDIRECT, another": Case(lambda it: it.exchange(redirect_uri="https://other.test/"), *BAD_REDIRECT),
    "BAD_REDIRECT, none": Case(lambda it: it.exchange(redirect_uri=""), *BAD_REDIRECT),
    "PARAMETER_MISSING, code": Case(lambda it: it.exchange(code=""), *missing("code")),
    "BAD_REFRESH_TOKEN, never issued": Case(lambda it: it.refresh("x"), *BAD_REFRESH_TOKEN),
    "BAD_REFRESH_TOKEN, used": Case(lambda it: it.after(1, Arranged.refresh).refresh(), *BAD_REFRESH_TOKEN),
    "BAD_REFRESH_TOKEN, newest of a reused family": Case(newest_of_a_reused_family, *BAD_REFRESH_TOKEN),
    "BAD_REFRESH_TOKEN, of another application": Case(lambda it: it.refresh(role="native"), *BAD_REFRESH_TOKEN),
    "BAD_REFRESH_TOKEN, revoked": Case(revoked, *BAD_REFRESH_TOKEN),
    "BAD_REFRESH_TOKEN, of a deleted user": Case(
        lambda it: (it.refresh_token, it.deleted().refresh())[1], *BAD_REFRESH_TOKEN,
    ),
    "REFRESH_OF_BLOCKED": Case(
        lambda it: (it.refresh_token, it.blocked().refresh())[1], 403, "invalid_grant", "user is blocked",
    ),
    "PARAMETER_MISSING, refresh_token": Case(lambda it: it.refresh(""), *missing("refresh_token")),
}  # fmt: skip

PASSWORDS: Table = {
    "WRONG_PASSWORD": Case(wrong_password, *WRONG_PASSWORD),
    "WRONG_PASSWORD, unknown user": Case(lambda it: it.password(username="nobody@example.test"), *WRONG_PASSWORD),
    "PASSWORD_OF_BLOCKED": Case(lambda it: it.blocked().password(), *BLOCKED),
    "PASSWORD_OF_BLOCKED, by realm": Case(
        lambda it: it.blocked().password(grant_type=REALM_GRANT, realm=CONNECTION), *BLOCKED,
    ),
    "PASSWORD_OF_BLOCKED, at a confirmation": Case(blocked_before_the_confirmation, *BLOCKED),
    "TOO_MANY_ATTEMPTS": Case(
        lambda it: it.after(10, wrong_password).password(), 429, "too_many_attempts", TOO_MANY_WRONG,
    ),
    "TOO_MANY_LOGINS": Case(
        lambda it: it.after(20, Arranged.password).password(), 429, "too_many_logins",
        "Too many sign-ins in a minute. Wait and try again.", text=HASTY,
    ),
    "SUSPICIOUS_IP": Case(
        lambda it: it.after(4, wrong_password).password(), 429, "too_many_attempts",
        "We have detected suspicious login behavior and further attempts will be blocked.", text=SUSPICIOUS,
    ),
    "SUSPICIOUS_SIGN_UPS": Case(
        lambda it: it.after(50, sign_up_a_user).sign_up(), 429, "too_many_attempts",
        "We have detected suspicious sign-up behavior and further attempts will be blocked.", text=SUSPICIOUS,
    ),
    "PARAMETER_MISSING, username": Case(lambda it: it.password(username=""), *missing("username")),
    "PARAMETER_MISSING, password": Case(lambda it: it.password(password=""), *missing("password")),
    "PARAMETER_MISSING, realm": Case(lambda it: it.password(grant_type=REALM_GRANT), *missing("realm")),
    "UNKNOWN_REALM": Case(
        lambda it: it.password(realm="Elsewhere"), 400, "invalid_request",
        "The realm Elsewhere is not a connection of this tenant.",
    ),
    "NO_DEFAULT_DIRECTORY": Case(
        Arranged.password, 403, "server_error", "Authorization server not configured with default connection.",
        text=NO_DIRECTORY,
    ),
    "CONNECTION_DISABLED": Case(
        lambda it: it.without_connection().password(), 400, "invalid_request", "the connection was disabled",
    ),
    "GRANT_NO_SERVICE": Case(
        lambda it: it.password(audience="https://no"), 403, "access_denied", "Service not found: https://no",
    ),
}  # fmt: skip

BESIDE: Table = {
    "USERINFO_REFUSED, never issued": Case(lambda it: it.userinfo("never-issued"), *NOT_FOR_USERINFO),
    "USERINFO_REFUSED, foreign token": Case(lambda it: it.userinfo("a.b.c"), *NOT_FOR_USERINFO),
    "USERINFO_REFUSED, without openid": Case(lambda it: it.userinfo(it.scoped("enroll")), *NOT_FOR_USERINFO),
    "USERINFO_REFUSED, opaque and without openid": Case(
        lambda it: it.userinfo(it.password(scope="email").json()["access_token"]), *NOT_FOR_USERINFO,
    ),
    "DB_BODY": Case(lambda it: it.sign_up(email="nobody"), 400, "invalid_body", "email format validation failed"),
    "DB_CLIENT_UNKNOWN": Case(lambda it: it.sign_up(client_id="nobody"), 400, "invalid_client", "Unknown client"),
    "DB_CONNECTION_UNKNOWN": Case(
        lambda it: it.sign_up(connection="Elsewhere"), 400, "invalid_connection", "Connection not found",
    ),
    "DB_INVALID_SIGNUP": Case(lambda it: it.sign_up(email=it.mary.email), 400, "invalid_signup", "Invalid sign up"),
    "DB_WEAK_PASSWORD": Case(lambda it: it.sign_up(password="weak"), 400, "invalid_password", "Password is too weak"),
}  # fmt: skip

OAUTH: Table = APPLICATIONS | CODES | PASSWORDS | BESIDE
