"""Every endpoint of the Management API, the MFA API and userinfo: tokens, scopes, unknown ids, bodies and queries."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest
import requests

from local_tenant.tenant_file import MANAGEMENT_SCOPES
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from tests.tenant.arranged import Arranged
from tests.tenant.client import bearer
from tests.tenant.in_process import EVERY, UNIFIED, InProcess, body_of, filled

IT, OTHER, TENANT = Arranged(), Arranged(), InProcess(UNIFIED)


def management_token(tenant: Arranged = IT) -> str:
    return str(tenant.machine("deploy").json()["access_token"])


def mfa_api_token(tenant: Arranged = IT, scope: str = "openid enroll read:authenticators remove:authenticators") -> str:
    return tenant.scoped(scope)


def expired(make: Callable[[], str]) -> str:
    """Return a token that was issued two days ago."""
    IT.move_clock(-2 * 86_400)
    try:
        return make()
    finally:
        IT.move_clock(2 * 86_400)


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def unsigned(token: str) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{token.split('.')[1]}."


def tampered(token: str) -> str:
    """Return the token with another scope."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{encoded(claims | {'scope': 'everything'})}.{signature}"


def mfa_token() -> str:
    token = IT.mfa_token
    IT.manage("PUT", "/guardian/policies", [])
    return token


INVALID, SIGNATURE = "Invalid token", "Invalid signature received for JSON Web Token validation"
AT_MANAGEMENT: dict[str, tuple[Callable[[], str], str]] = {
    "no token": (lambda: "", "Missing authentication"),
    "nonsense": (lambda: "nonsense", INVALID),
    "expired": (lambda: expired(management_token), "Expired token received for JSON Web Token validation"),
    "of another tenant": (lambda: management_token(OTHER), SIGNATURE),
    "unsigned": (lambda: unsigned(management_token()), INVALID),
    "tampered": (lambda: tampered(management_token()), SIGNATURE),
    "MFA API token": (mfa_api_token, "Bad audience: ['https://localhost:1/mfa/', 'https://localhost:1/userinfo']"),
    "id_token": (lambda: str(IT.mary.sign_in(IT.web)["id_token"]), f"Bad audience: {IT.web.client_id}"),
    "mfa_token": (mfa_token, INVALID),
}
AT_MFA: dict[str, tuple[Callable[[], str], tuple[int, str]]] = {
    "no token": (lambda: "", (401, "unauthorized")),
    "missing scope": (lambda: mfa_api_token(scope="openid profile"), (403, "insufficient_scope")),
} | {
    kind: (make, (401, "invalid_grant"))
    for kind, make in {
        "nonsense": lambda: "nonsense",
        "expired": lambda: expired(mfa_api_token),
        "of another tenant": lambda: mfa_api_token(OTHER),
        "unsigned": lambda: unsigned(mfa_api_token()),
        "tampered": lambda: tampered(mfa_api_token()),
        "Management API token": management_token,
        "id_token": AT_MANAGEMENT["id_token"][0],
    }.items()
}  # fmt: skip
AT_USERINFO = {kind: make for kind, (make, _) in AT_MFA.items() if kind != "missing scope"} | {
    "without openid": lambda: mfa_api_token(scope="enroll")
}


def ask(method: str, path: str, token: str) -> requests.Response:
    return IT.http.request(method, IT.url(path), headers=bearer(token) if token else {})


@pytest.mark.parametrize("kind", AT_MANAGEMENT)
def test_tokens_refused_by_every_endpoint_of_the_management_api(kind: str) -> None:
    make, message = AT_MANAGEMENT[kind]
    token = make()
    for endpoint in ENDPOINTS:
        response = ask(endpoint.method, f"/api/v2{endpoint.path.format(**filled(endpoint))}", token)
        body = response.json()
        assert (response.status_code, body["statusCode"], body["message"]) == (401, 401, message), endpoint.path
        assert ("attributes" in body) == bool(token)


@pytest.mark.parametrize("kind", AT_MFA)
@pytest.mark.parametrize("request_", ["POST /associate", "GET /authenticators", "DELETE /authenticators/nothing"])
def test_tokens_refused_by_the_mfa_api(request_: str, kind: str) -> None:
    make, expected = AT_MFA[kind]
    method, path = request_.split()
    response = ask(method, f"/mfa{path}", make())
    assert (response.status_code, response.json()["error"]) == expected


@pytest.mark.parametrize("kind", AT_USERINFO)
def test_tokens_refused_by_userinfo(kind: str) -> None:
    response = ask("GET", "/userinfo", AT_USERINFO[kind]())
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


def test_the_right_token_is_accepted() -> None:
    assert ask("GET", "/api/v2/users", management_token()).status_code == 200
    assert ask("GET", "/mfa/authenticators", mfa_api_token()).status_code == 200
    assert ask("GET", "/userinfo", mfa_api_token()).status_code == 200


TOLERANT = {
    ("DELETE", "/users/{id}"), ("DELETE", "/clients/{id}"), ("DELETE", "/grants/{id}"), ("GET", "/users/{id}/logs"),
}  # fmt: skip
"""Endpoints that succeed for an unknown id: deletions, and the empty log of a user."""
UNKNOWN = {
    "/users": "inexistent_user", "/user-blocks": "inexistent_user", "/clients": "inexistent_client",
    "/resource-servers": "inexistent_resource_server", "/client-grants": "inexistent_client_grant",
    "/connections": "inexistent_connection", "/guardian/enrollments": "enrollment_not_found",
    "/guardian/factors": "inexistent_factor", "/sessions": "inexistent_session",
    "/refresh-tokens": "inexistent_refresh_token", "/branding/phone/providers": "inexistent_phone_provider",
    "/branding/phone/templates": "inexistent_phone_template", "/actions/actions": "inexistent_action",
    "/actions/triggers": "inexistent_trigger", "/logs": "inexistent_log",
}  # fmt: skip
"""The `errorCode` for an unknown first id, by the beginning of the path."""


def each(chosen: Callable[[Endpoint], bool] = lambda _: True) -> pytest.MarkDecorator:
    """Run a test for each endpoint, or for some."""
    found = [one for one in ENDPOINTS if chosen(one)]
    return pytest.mark.parametrize("endpoint", found, ids=[f"{one.method} {one.path}" for one in found])


def test_no_endpoint_stands_twice_in_the_table() -> None:
    assert len(EVERY) == len(ENDPOINTS)


@each()
def test_each_demands_its_scopes(endpoint: Endpoint) -> None:
    others = " ".join(scope for scope in MANAGEMENT_SCOPES if scope not in endpoint.scopes)
    assert set(endpoint.scopes) <= set(MANAGEMENT_SCOPES)
    response = TENANT.management(endpoint.method, endpoint.path, body_of(endpoint), scope=others, **filled(endpoint))
    assert (response.status_code, response.json()) == (
        403,
        {
            "statusCode": 403, "error": "Forbidden", "errorCode": "insufficient_scope",
            "message": f"Insufficient scope, expected any of: {', '.join(endpoint.scopes)}",
        },
    )  # fmt: skip


@pytest.mark.parametrize("scope", sorted({scope for one in ENDPOINTS for scope in one.scopes}))
def test_any_one_of_its_scopes_is_enough(scope: str) -> None:
    for endpoint in (one for one in ENDPOINTS if scope in one.scopes):
        response = TENANT.management(endpoint.method, endpoint.path, scope=scope, **filled(endpoint))
        assert response.status_code != 403, endpoint.path


@each(lambda one: "{" in one.path)
def test_an_unknown_id(endpoint: Endpoint) -> None:
    call = (endpoint.method, endpoint.path, body_of(endpoint))
    if (endpoint.method, endpoint.path) in TOLERANT:
        TENANT.manage(*call, **filled(endpoint))
        return
    if endpoint.path.endswith("{provider}"):
        expected = (400, "invalid_uri")
    else:
        expected = (404, UNKNOWN[endpoint.path.partition("/{")[0]])
    assert TENANT.refused(*call, **filled(endpoint))[:2] == expected


@each(lambda one: one.body is not None)
def test_a_wrong_body(endpoint: Endpoint) -> None:
    shape, prefix = dict(endpoint.body or {}), "Payload validation error: "

    def refused(body: object) -> tuple[int, str | None, str]:
        return TENANT.refused(endpoint.method, endpoint.path, body, **filled(endpoint))

    wrong_bodies: list[object] = ["text", 1, [] if shape["type"] == "object" else {}]
    for body in wrong_bodies:
        status, code, message = refused(body)
        assert (status, code) == (400, "invalid_body")
        assert message.startswith(f"{prefix}'Expected type {shape['type']} but found type ")
    if shape["type"] == "object" and not shape["additionalProperties"]:
        right = body_of(endpoint)
        assert isinstance(right, dict)
        assert refused(right | {"surplus": 1}) == (
            400, "invalid_body", f"{prefix}'Additional properties not allowed: surplus'",
        )  # fmt: skip
        for name in shape["required"]:
            without = {key: value for key, value in right.items() if key != name}
            assert refused(without)[1:] == ("invalid_body", f"{prefix}'Missing required property: {name}'")


@each()
def test_a_wrong_query(endpoint: Endpoint) -> None:
    for query in ["?surplus=1", *([""] if endpoint.query["required"] else [])]:
        refused = TENANT.refused(endpoint.method, endpoint.path, query=query, **filled(endpoint))
        assert refused[:2] == (400, "invalid_query_string")
