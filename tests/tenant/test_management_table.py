"""Every endpoint of the Management API: its success, its scopes, what it does not know, what it does not read."""

from __future__ import annotations

import pytest

from local_tenant.tenant_file import MANAGEMENT_SCOPES
from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from tests.tenant.endpoints import EVERY, UNIFIED, body_of, filled
from tests.tenant.in_process import InProcess

NAMES = [f"{one.method} {one.path}" for one in ENDPOINTS]
WHO, BRANDED = InProcess(), InProcess(UNIFIED)
FORGIVING = {
    ("DELETE", "/users/{id}"), ("DELETE", "/clients/{id}"), ("DELETE", "/grants/{id}"), ("GET", "/users/{id}/logs"),
}  # fmt: skip
"""What is gone already is deleted; nobody's log is empty."""

UNKNOWN = {
    "/users": "inexistent_user", "/user-blocks": "inexistent_user", "/clients": "inexistent_client",
    "/resource-servers": "inexistent_resource_server", "/client-grants": "inexistent_client_grant",
    "/connections": "inexistent_connection", "/guardian/enrollments": "enrollment_not_found",
    "/guardian/factors": "inexistent_factor", "/sessions": "inexistent_session",
    "/refresh-tokens": "inexistent_refresh_token", "/branding/phone/providers": "inexistent_phone_provider",
    "/branding/phone/templates": "inexistent_phone_template", "/actions/actions": "inexistent_action",
    "/actions/triggers": "inexistent_trigger", "/logs": "inexistent_log",
}  # fmt: skip
"""What each says that does not know the first name in its path."""


def who_for(endpoint: Endpoint) -> InProcess:
    return BRANDED if endpoint.path.startswith("/branding/") else WHO


def test_no_two_rows_are_the_same() -> None:
    assert len(EVERY) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_each_demands_its_scopes(endpoint: Endpoint) -> None:
    others = " ".join(scope for scope in MANAGEMENT_SCOPES if scope not in endpoint.scopes)
    assert set(endpoint.scopes) <= set(MANAGEMENT_SCOPES)
    who = who_for(endpoint)
    answer = who.management(endpoint.method, endpoint.path, body_of(endpoint), scope=others, **filled(endpoint))
    assert (answer.status_code, answer.json()) == (
        403,
        {
            "statusCode": 403, "error": "Forbidden", "errorCode": "insufficient_scope",
            "message": f"Insufficient scope, expected any of: {', '.join(endpoint.scopes)}",
        },
    )  # fmt: skip


@pytest.mark.parametrize("scope", sorted({scope for one in ENDPOINTS for scope in one.scopes}))
def test_any_one_of_its_scopes_is_enough(scope: str) -> None:
    for endpoint in (one for one in ENDPOINTS if scope in one.scopes):
        who = who_for(endpoint)
        answer = who.management(endpoint.method, endpoint.path, scope=scope, **filled(endpoint))
        assert answer.status_code != 403, endpoint.path


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if "{" in one.path], ids=[name for name in NAMES if "{" in name]
)
def test_what_is_not_known(endpoint: Endpoint) -> None:
    if (endpoint.method, endpoint.path) in FORGIVING:
        who_for(endpoint).manage(endpoint.method, endpoint.path, body_of(endpoint), **filled(endpoint))
        return
    refused = who_for(endpoint).refused(endpoint.method, endpoint.path, body_of(endpoint), **filled(endpoint))
    if endpoint.path.endswith("{provider}"):
        assert refused[:2] == (400, "invalid_uri")
    else:
        assert refused[:2] == (404, UNKNOWN[endpoint.path.partition("/{")[0]])


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if one.body is not None],
    ids=[f"{one.method} {one.path}" for one in ENDPOINTS if one.body is not None],
)  # fmt: skip
def test_bodies_that_are_not_read(endpoint: Endpoint) -> None:
    who, other = who_for(endpoint), "array" if endpoint.body["type"] == "object" else "object"  # type: ignore[index]
    wrongs: list[object] = ["text", 1, [] if other == "array" else {}]
    for wrong in wrongs:
        status, code, message = who.refused(endpoint.method, endpoint.path, wrong, **filled(endpoint))
        assert (status, code) == (400, "invalid_body")
        assert message.startswith(f"Payload validation error: 'Expected type {endpoint.body['type']} but found type ")  # type: ignore[index]
    if other == "array" and not endpoint.body["additionalProperties"]:  # type: ignore[index]
        body = body_of(endpoint)
        assert isinstance(body, dict)
        unknown = who.refused(endpoint.method, endpoint.path, body | {"surplus": 1}, **filled(endpoint))
        assert unknown == (
            400,
            "invalid_body",
            "Payload validation error: 'Additional properties not allowed: surplus'",
        )
        for name in endpoint.body["required"]:  # type: ignore[index]
            without = {key: value for key, value in body.items() if key != name}
            assert who.refused(endpoint.method, endpoint.path, without, **filled(endpoint))[1:] == (
                "invalid_body", f"Payload validation error: 'Missing required property: {name}'",
            )  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_queries_that_are_not_read(endpoint: Endpoint) -> None:
    if endpoint.query["required"]:
        missing = who_for(endpoint).refused(endpoint.method, endpoint.path, **filled(endpoint))
        assert missing[:2] == (400, "invalid_query_string")
    surplus = who_for(endpoint).refused(endpoint.method, endpoint.path, query="?surplus=1", **filled(endpoint))
    assert surplus[:2] == (400, "invalid_query_string")
