"""The Management API, as an operator's program meets it."""

from __future__ import annotations

import secrets

import pytest
import requests

from tests.tenant.driving import PASSWORD, Person, create_person, enrol_phone, sign_in
from tests.tenant.running import Application, Running


def met(answer: requests.Response) -> tuple[int, str | None, str]:
    body = answer.json()
    assert body["statusCode"] == answer.status_code
    return answer.status_code, body.get("errorCode"), body["message"]


def test_the_door(tenant: Running, web: Application, person: Person) -> None:
    url = tenant.url("/api/v2/users")
    assert met(tenant.http.get(url))[:1] == (401,)
    bad = tenant.http.get(url, headers={"Authorization": "nonsense"})
    assert met(bad) == (400, "Bearer", "Bad HTTP authentication header format")
    forged = tenant.http.get(url, headers={"Authorization": "Bearer a.b.c"})
    assert met(forged) == (401, None, "Invalid token")
    assert forged.json()["attributes"] == {"error": "Invalid token"}
    persons = sign_in(person, web)["access_token"]
    assert met(tenant.http.get(url, headers={"Authorization": f"Bearer {persons}"}))[0] == 401


def test_the_default_management_application_may_not_change_the_tenant(tenant: Running, web: Application) -> None:
    asked = tenant.operator("PUT", "/guardian/factors/sms", {"enabled": True}, role="management")
    assert met(asked) == (403, "insufficient_scope", "Insufficient scope, expected any of: update:guardian_factors")
    asked = tenant.operator("PATCH", f"/clients/{web.client_id}", {"name": "x"}, role="management")
    assert met(asked)[:2] == (403, "insufficient_scope")


def test_a_user_from_creation_to_deletion(tenant: Running) -> None:
    name = secrets.token_hex(6)
    given = {
        "email": f"{name}@Example.TEST", "password": PASSWORD, "connection": tenant.settings["AUTH0_CONNECTION"],
        "email_verified": True, "verify_email": False, "app_metadata": {"mark": "a", "gone": 1},
    }  # fmt: skip
    made = tenant.operator("POST", "/users", given)
    assert made.status_code == 201
    user = made.json()
    assert (user["email"], user["email_verified"], user["app_metadata"]["mark"]) == (f"{name}@example.test", True, "a")
    assert "password" not in user
    assert met(tenant.operator("POST", "/users", given)) == (409, "auth0_idp_error", "The user already exists.")
    path = f"/users/{user['user_id'].replace('|', '%7C')}"
    changed = tenant.operator("PATCH", path, {"app_metadata": {"gone": None, "new": [1]}, "user_metadata": {"u": "x"}})
    assert changed.json()["app_metadata"] == {"mark": "a", "new": [1]}
    assert tenant.operator("GET", path).json() == changed.json()
    assert tenant.operator("GET", f"/users-by-email?email={name}@example.test").json() == [changed.json()]
    assert tenant.operator("GET", f"/users-by-email?email={name}@Example.TEST").json() == []
    assert tenant.operator("DELETE", path).status_code == 204
    assert tenant.operator("DELETE", path).status_code == 204
    assert met(tenant.operator("GET", path)) == (404, "inexistent_user", "The user does not exist.")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"password": "weak"}, (400, None, "PasswordStrengthError: Password is too weak")),
        (
            {"email": None},
            (
                400,
                "invalid_body",
                "Payload validation error: 'Expected type string but found type null' on property email",
            ),
        ),
        ({"connection": "other"}, (400, "inexistent_connection", "The connection does not exist.")),
        (
            {"e_mail": "x"},
            (400, "invalid_body", "Payload validation error: 'Additional properties not allowed: e_mail'"),
        ),
        (
            {"email_verified": "yes"},
            (
                400,
                "invalid_body",
                "Payload validation error: 'Expected type boolean but found type string' on property email_verified",
            ),
        ),
    ],
)
def test_users_that_are_not_created(
    tenant: Running, change: dict[str, object], expected: tuple[int, str | None, str]
) -> None:
    given = {
        "email": f"{secrets.token_hex(6)}@example.test", "password": PASSWORD,
        "connection": tenant.settings["AUTH0_CONNECTION"],
    }  # fmt: skip
    assert met(tenant.operator("POST", "/users", given | change)) == expected


def test_a_user_is_made_under_an_id_that_is_free(tenant: Running) -> None:
    def make(id_: str) -> requests.Response:
        given = {"email": f"{secrets.token_hex(6)}@example.test", "password": PASSWORD, "user_id": id_}
        return tenant.operator("POST", "/users", given | {"connection": tenant.settings["AUTH0_CONNECTION"]})

    id_ = secrets.token_hex(12)
    assert make(id_).json()["user_id"] == f"auth0|{id_}"
    assert met(make(id_))[0] == 409


def test_an_address_is_changed_only_to_a_free_one(tenant: Running, person: Person) -> None:
    other = create_person(tenant)
    taken = tenant.operator("PATCH", f"/users/{person.user_id}", {"email": other.email})
    assert met(taken) == (400, None, "The specified new email already exists")
    free = tenant.operator("PATCH", f"/users/{person.user_id}", {"email": f"New-{person.email}"})
    assert free.json()["email"] == f"new-{person.email}"


def test_lists_come_in_pages(tenant: Running, person: Person) -> None:
    create_person(tenant)
    first = tenant.operator("GET", "/users?per_page=1&include_totals=true").json()
    assert (first["start"], first["limit"], first["length"], len(first["users"])) == (0, 1, 1, 1)
    assert first["total"] >= 2
    beyond = tenant.operator("GET", f"/users?per_page=1&page={first['total']}").json()
    assert beyond == []
    assert met(tenant.operator("GET", "/users?per_page=101"))[:2] == (400, "invalid_query_string")
    assert met(tenant.operator("GET", "/users?q=x"))[:2] == (400, "invalid_query_string")


def test_authentication_methods_in_both_forms(tenant: Running, web: Application, person: Person) -> None:
    path = f"/users/{person.user_id}/authentication-methods"
    assert tenant.operator("GET", path).json() == []
    enrol_phone(person, web)
    (phone,) = tenant.operator("GET", path).json()
    assert phone["authentication_methods"] == [{"id": phone["id"].replace("phone|", "sms|"), "type": "sms"}]
    paged = tenant.operator("GET", f"{path}?include_totals=true").json()
    assert (paged["authenticators"], paged["total"], paged["start"], paged["limit"]) == ([phone], 1, 0, 50)
    assert tenant.operator("GET", f"{path}?include_totals=true&page=1").json()["authenticators"] == []
    assert met(tenant.operator("GET", "/users/auth0%7Cnobody/authentication-methods"))[:2] == (404, "inexistent_user")
    assert tenant.operator("DELETE", f"{path}/{phone['id'].replace('|', '%7C')}").status_code == 204
    assert person.factors() == []


def test_factors_are_listed_in_their_order(tenant: Running) -> None:
    found = tenant.operator("GET", "/guardian/factors", role="management").json()
    assert [one["name"] for one in found] == [
        "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
    ]  # fmt: skip
    assert [one["name"] for one in found if one["enabled"]] == ["sms", "otp"]
    assert met(tenant.operator("PUT", "/guardian/factors/smoke", {"enabled": True}))[0] == 404
    assert met(tenant.operator("PUT", "/guardian/factors/sms", {"enabled": 1}))[:2] == (400, "invalid_body")


def test_applications(tenant: Running, web: Application, spa: Application) -> None:
    shown = tenant.operator("GET", f"/clients/{web.client_id}", role="management").json()
    assert (shown["app_type"], shown["token_endpoint_auth_method"]) == ("regular_web", "client_secret_post")
    assert shown["client_metadata"] == {"mfa_verification": f"allowed:{tenant.settings['AUTH0_DOMAIN']}"}
    assert "client_secret" not in shown
    assert tenant.operator("GET", f"/clients/{web.client_id}").json()["client_secret"] == web.client_secret
    assert tenant.operator("GET", f"/clients/{spa.client_id}").json()["token_endpoint_auth_method"] == "none"
    everyone = tenant.operator("GET", "/clients?include_totals=true").json()
    assert {one["client_id"] for one in everyone["clients"]} >= {web.client_id, spa.client_id}
    assert met(tenant.operator("GET", "/clients/nobody")) == (404, "inexistent_client", "The client does not exist")
    assert met(tenant.operator("PATCH", f"/clients/{web.client_id}", {"callbacks": "x"}))[:2] == (400, "invalid_body")
    assert met(tenant.operator("PATCH", f"/clients/{web.client_id}", {"app_type": "x"}))[:2] == (400, "invalid_body")


def test_the_tenants_settings(tenant: Running) -> None:
    assert tenant.operator("GET", "/tenants/settings", role="management").json()["friendly_name"] == "Local Tenant"
    assert met(tenant.operator("GET", "/prompts", role="management"))[:2] == (403, "insufficient_scope")
    assert tenant.operator("GET", "/guardian/policies").json() == []
