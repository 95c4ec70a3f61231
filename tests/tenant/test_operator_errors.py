"""Errors of the Management API, whole, as the vendor's body has them: what is not there, and what is there already."""

from __future__ import annotations

import pytest

from tests.tenant.driving import PASSWORD
from tests.tenant.operating import make_user, operator

WHO = operator('phone_experience = "unified"\n')
MARY = make_user(WHO)
NUMBER = {"type": "phone", "phone_number": "+15551230000"}
NOBODY = ("inexistent_user", "The user does not exist.")
NO_CLIENT = ("inexistent_client", "The client does not exist")
API = {"identifier": "https://api.test/"}
GRANT = {"client_id": WHO.web.client_id, "audience": "https://api.test/", "scope": []}
PROVIDER = {"name": "twilio", "credentials": {"auth_token": "x"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "named", "said"),
    [
        (
            "GET", "/users/{id}/authentication-methods/{method_id}", None, {"id": MARY, "method_id": "sms|dev_nothing"},
            ("inexistent_authentication_method", "The authentication method does not exist."),
        ),
        ("POST", "/client-grants", GRANT | {"client_id": "nobody"}, {}, NO_CLIENT),
        (
            "POST", "/client-grants", GRANT | {"audience": "https://nothing.test/"}, {},
            ("inexistent_resource_server", "The resource server does not exist"),
        ),
        ("POST", "/guardian/enrollments/ticket", {"user_id": "auth0|nobody"}, {}, NOBODY),
        ("POST", "/guardian/enrollments/ticket", {"email": "nobody@example.test"}, {}, NOBODY),
    ],
    ids=["method", "client", "API", "user", "address"],
)  # fmt: skip
def test_what_is_not_there(method: str, path: str, body: object, named: dict[str, str], said: tuple[str, str]) -> None:
    """In the path behind something that is known, or in the body."""
    answer = WHO.ask(method, path, body, **named)
    assert (answer.status_code, answer.get_json()) == (
        404, {"statusCode": 404, "error": "Not Found", "errorCode": said[0], "message": said[1]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (
            "/users", {"email": "mary@example.test", "password": PASSWORD,
                       "connection": WHO.tenant.configuration.connection},
            {"errorCode": "auth0_idp_error", "message": "The user already exists."},
        ),
        (
            "/users/{id}/authentication-methods", NUMBER, {"message": "The authentication method already exists."},
        ),
        (
            "/resource-servers", API,
            {"errorCode": "resource_server_exists", "message": "A resource server with the same identifier exists."},
        ),
        (
            "/client-grants", GRANT,
            {"errorCode": "resource_exists", "message": "A resource with the same identifier exists."},
        ),
        (
            "/connections", {"name": "twice", "strategy": "auth0"},
            {"errorCode": "connection_conflict", "message": "A connection with this name exists."},
        ),
        (
            "/branding/phone/providers", PROVIDER,
            {"errorCode": "phone_provider_conflict", "message": "A phone provider is configured already."},
        ),
    ],
    ids=["user", "method", "API", "client grant", "connection", "provider"],
)  # fmt: skip
def test_what_is_there_already(path: str, body: object, said: dict[str, str]) -> None:
    WHO.ask("POST", "/resource-servers", API)  # a client grant needs its API
    WHO.ask("POST", path, body, id=MARY)
    answer = WHO.ask("POST", path, body, id=MARY)
    assert (answer.status_code, answer.get_json()) == (409, {"statusCode": 409, "error": "Conflict", **said})
