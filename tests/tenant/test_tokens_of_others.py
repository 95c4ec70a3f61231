"""Every endpoint behind a token, and every kind of token that must not open it, from one table."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
import requests

from local_tenant.web.management import ENDPOINTS
from tests.tenant.client import SCOPE, User, bearer
from tests.tenant.endpoints import filled
from tests.tenant.in_process import InProcess

Make = Callable[[], str | None]
Said = tuple[int, str]

OURS, THEIRS = InProcess(), InProcess()
MARY, THEIR_MARY = OURS.user("mary@example.test"), THEIRS.user("mary@example.test")


def for_mfa(user: User, scope: str = SCOPE) -> str:
    return user.mfa_access_token(user.tenant.application("web"), scope=scope)


def past(make: Callable[[], str]) -> str:
    """Made two days ago."""
    OURS.move_clock(-2 * 86_400)
    try:
        return make()
    finally:
        OURS.move_clock(2 * 86_400)


def management(tenant: InProcess = OURS) -> str:
    """Return a new access token for the Management API."""
    body = tenant.application("deploy").body(grant_type="client_credentials", audience=tenant.url("/api/v2/"))
    return str(tenant.token(body).json()["access_token"])


def unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def tampered(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["scope"] = "everything"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


def id_token() -> str:
    return str(MARY.sign_in(OURS.web)["id_token"])


def opaque() -> str:
    OURS.manage("PUT", "/guardian/policies", ["all-applications"])
    token = MARY.mfa_token(OURS.web)
    OURS.manage("PUT", "/guardian/policies", [])
    return token


INVALID, SIGNATURE = "Invalid token", "Invalid signature received for JSON Web Token validation"
AT_MANAGEMENT: dict[str, tuple[Make, Said]] = {
    "no token": (lambda: None, (401, "Missing authentication")),
    "nonsense": (lambda: "nonsense", (401, INVALID)),
    "expired": (lambda: past(management), (401, "Expired token received for JSON Web Token validation")),
    "other tenant's": (lambda: management(THEIRS), (401, SIGNATURE)),
    "none": (lambda: unsigned(management()), (401, INVALID)),
    "tampered": (lambda: tampered(management()), (401, SIGNATURE)),
    "MFA token": (
        lambda: for_mfa(MARY), (401, "Bad audience: ['https://localhost:1/mfa/', 'https://localhost:1/userinfo']"),
    ),
    "id_token": (id_token, (401, f"Bad audience: {OURS.web.client_id}")),
    "opaque mfa_token": (opaque, (401, INVALID)),
}  # fmt: skip
NOT_OURS: Said = (401, "invalid_grant")
AT_MFA: dict[str, tuple[Make, Said]] = {
    "no token": (lambda: None, (401, "unauthorized")),
    "nonsense": (lambda: "nonsense", NOT_OURS),
    "expired": (lambda: past(lambda: for_mfa(MARY)), NOT_OURS),
    "other tenant's": (lambda: for_mfa(THEIR_MARY), NOT_OURS),
    "none": (lambda: unsigned(for_mfa(MARY)), NOT_OURS),
    "tampered": (lambda: tampered(for_mfa(MARY)), NOT_OURS),
    "management token": (management, NOT_OURS),
    "id_token": (id_token, NOT_OURS),
    "missing scope": (lambda: for_mfa(MARY, "openid profile"), (403, "insufficient_scope")),
}  # fmt: skip
AT_USERINFO: dict[str, tuple[Make, Said]] = {
    kind: (make, (401, "invalid_token"))
    for kind, (make, _) in AT_MFA.items()
    if kind != "missing scope"  # it has `openid`, which is enough there
} | {"without openid": (lambda: for_mfa(MARY, "enroll"), (401, "invalid_token"))}
MFA = (("POST", "/mfa/associate"), ("GET", "/mfa/authenticators"), ("DELETE", "/mfa/authenticators/nothing"))


def ask(method: str, path: str, token: str | None) -> requests.Response:
    return OURS.http.request(method, OURS.url(path), headers=bearer(token) if token is not None else {})


@pytest.mark.parametrize("kind", AT_MANAGEMENT)
def test_at_the_management_api(kind: str) -> None:
    make, (status, message) = AT_MANAGEMENT[kind]
    token = make()
    for endpoint in ENDPOINTS:
        answer = ask(endpoint.method, f"/api/v2{endpoint.path.format(**filled(endpoint))}", token)
        body = answer.json()
        assert (answer.status_code, body["statusCode"], body["message"]) == (status, status, message), endpoint.path
        assert ("attributes" in body) == (token is not None)


@pytest.mark.parametrize("kind", AT_MFA)
@pytest.mark.parametrize(("method", "path"), MFA)
def test_at_the_mfa_api(method: str, path: str, kind: str) -> None:
    make, expected = AT_MFA[kind]
    answer = ask(method, path, make())
    assert (answer.status_code, answer.json()["error"]) == expected


@pytest.mark.parametrize("kind", AT_USERINFO)
def test_at_userinfo(kind: str) -> None:
    make, expected = AT_USERINFO[kind]
    answer = ask("GET", "/userinfo", make())
    assert (answer.status_code, answer.json()["error"]) == expected
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_of_each_door_opens_it() -> None:
    assert ask("GET", "/api/v2/users", management()).status_code == 200
    assert ask("GET", "/mfa/authenticators", for_mfa(MARY)).status_code == 200
    assert ask("GET", "/userinfo", for_mfa(MARY)).status_code == 200
