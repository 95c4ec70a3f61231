"""Every endpoint behind a token, and every kind of token that must not open it, from one table."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from local_tenant.model import Order, Person
from local_tenant.web.management import ENDPOINTS
from tests.tenant.driving import PASSWORD, SCOPE
from tests.tenant.operating import Operator, filled, operator

Make = Callable[[], str | None]
Said = tuple[int, str]

OURS, THEIRS = operator(), operator()
MARY = OURS.tenant.people.create("mary@example.test", PASSWORD)
THEIR_MARY = THEIRS.tenant.people.create("mary@example.test", PASSWORD)


def for_mfa(who: Operator, person: Person, scope: str = SCOPE) -> str:
    return who.tenant.tokens.access_token(Order(person, who.web, who.tenant.audiences.mfa(), scope.split()))


def past(make: Callable[[], str]) -> str:
    """Made two days ago."""
    offset = OURS.tenant.clock.offset
    OURS.tenant.clock.move(-2 * 86_400)
    try:
        return make()
    finally:
        OURS.tenant.clock.move(offset - OURS.tenant.clock.offset)


def management() -> str:
    audience = OURS.tenant.audiences.management()
    return str(OURS.tenant.tokens.machine_answer(OURS.web, audience, ["read:users"])["access_token"])


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
    tokens = OURS.tenant.tokens
    return OURS.tenant.signatures.sign(tokens.id_claims(Order(MARY, OURS.web, None, ["openid"])))


def opaque() -> str:
    return OURS.tenant.mfa_tokens.issue(Order(MARY, OURS.web, None, ["openid"]))


ISSUED_TO_PERSONS: dict[str, Make] = {"MFA token": lambda: for_mfa(OURS, MARY), "id_token": id_token}
INVALID, SIGNATURE = "Invalid token", "Invalid signature received for JSON Web Token validation"
AT_MANAGEMENT: dict[str, tuple[Make, Said]] = {
    "no token": (lambda: None, (401, "Missing authentication")),
    "nonsense": (lambda: "nonsense", (401, INVALID)),
    "expired": (lambda: past(management), (401, "Expired token received for JSON Web Token validation")),
    "other tenant's": (THEIRS.token, (401, SIGNATURE)),
    "none": (lambda: unsigned(management()), (401, INVALID)),
    "tampered": (lambda: tampered(management()), (401, SIGNATURE)),
    "MFA token": (
        lambda: for_mfa(OURS, MARY), (401, "Bad audience: ['https://localhost:1/mfa/', 'https://localhost:1/userinfo']"),
    ),
    "id_token": (id_token, (401, f"Bad audience: {OURS.web.client_id}")),
    "opaque mfa_token": (opaque, (401, INVALID)),
}  # fmt: skip
NOT_OURS: Said = (401, "invalid_grant")
AT_MFA: dict[str, tuple[Make, Said]] = {
    "no token": (lambda: None, (401, "unauthorized")),
    "nonsense": (lambda: "nonsense", NOT_OURS),
    "expired": (lambda: past(lambda: for_mfa(OURS, MARY)), NOT_OURS),
    "other tenant's": (lambda: for_mfa(THEIRS, THEIR_MARY), NOT_OURS),
    "none": (lambda: unsigned(for_mfa(OURS, MARY)), NOT_OURS),
    "tampered": (lambda: tampered(for_mfa(OURS, MARY)), NOT_OURS),
    "management token": (management, NOT_OURS),
    "id_token": (id_token, NOT_OURS),
    "missing scope": (lambda: for_mfa(OURS, MARY, "openid profile"), (403, "insufficient_scope")),
}  # fmt: skip
AT_USERINFO: dict[str, tuple[Make, Said]] = {
    kind: (make, (401, "invalid_token"))
    for kind, (make, _) in AT_MFA.items()
    if kind != "missing scope"  # it has `openid`, which is enough there
} | {"without openid": (lambda: for_mfa(OURS, MARY, "enroll"), (401, "invalid_token"))}
MFA = (("POST", "/mfa/associate"), ("GET", "/mfa/authenticators"), ("DELETE", "/mfa/authenticators/nothing"))


def ask(method: str, path: str, token: str | None) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return OURS.browser.open(path, method=method, headers=headers)


@pytest.mark.parametrize("kind", AT_MANAGEMENT)
def test_at_the_management_api(kind: str) -> None:
    make, (status, message) = AT_MANAGEMENT[kind]
    token = make()
    for endpoint in ENDPOINTS:
        answer = ask(endpoint.method, f"/api/v2{endpoint.path.format(**filled(endpoint))}", token)
        body = answer.get_json()
        assert (answer.status_code, body["statusCode"], body["message"]) == (status, status, message), endpoint.path
        assert ("attributes" in body) == (token is not None)


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "nonsense"])
def test_headers_that_are_none(header: str) -> None:
    answer = OURS.browser.get("/api/v2/users", headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()["errorCode"], answer.get_json()["message"]) == (
        400, "Bearer", "Bad HTTP authentication header format",
    )  # fmt: skip


@pytest.mark.parametrize("kind", AT_MFA)
@pytest.mark.parametrize(("method", "path"), MFA)
def test_at_the_mfa_api(method: str, path: str, kind: str) -> None:
    make, expected = AT_MFA[kind]
    answer = ask(method, path, make())
    assert (answer.status_code, answer.get_json()["error"]) == expected


@pytest.mark.parametrize("kind", AT_USERINFO)
def test_at_userinfo(kind: str) -> None:
    make, expected = AT_USERINFO[kind]
    answer = ask("GET", "/userinfo", make())
    assert (answer.status_code, answer.get_json()["error"]) == expected
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_of_each_door_opens_it() -> None:
    assert ask("GET", "/api/v2/users", management()).status_code == 200
    assert ask("GET", "/mfa/authenticators", for_mfa(OURS, MARY)).status_code == 200
    assert ask("GET", "/userinfo", for_mfa(OURS, MARY)).status_code == 200
