"""Users, methods, factors and applications in the Management API, as an administrator's program meets them."""

from __future__ import annotations

import secrets

import requests

from tests.tenant.client import PASSWORD, Application, LocalTenant, User, refusal


def test_a_user_from_creation_to_deletion(tenant: LocalTenant) -> None:
    name = secrets.token_hex(6)
    given = {
        "email": f"{name}@Example.TEST", "password": PASSWORD, "connection": tenant.settings["AUTH0_CONNECTION"],
        "email_verified": True, "verify_email": False, "app_metadata": {"mark": "a", "gone": 1},
    }  # fmt: skip
    answer = tenant.management("POST", "/users", given)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["email"], made["email_verified"], made["app_metadata"]["mark"]) == (
        f"{name}@example.test",
        True,
        "a",
    )
    assert "password" not in made
    assert refusal(tenant.management("POST", "/users", given)) == (409, "auth0_idp_error", "The user already exists.")
    path = f"/users/{made['user_id'].replace('|', '%7C')}"
    changed = tenant.management(
        "PATCH", path, {"app_metadata": {"gone": None, "new": [1]}, "user_metadata": {"u": "x"}}
    )
    assert changed.json()["app_metadata"] == {"mark": "a", "new": [1]}
    assert tenant.management("GET", path).json() == changed.json()
    assert tenant.management("GET", f"/users-by-email?email={name}@example.test").json() == [changed.json()]
    assert tenant.management("GET", f"/users-by-email?email={name}@Example.TEST").json() == []
    assert tenant.management("DELETE", path).status_code == 204
    assert tenant.management("DELETE", path).status_code == 204
    assert refusal(tenant.management("GET", path)) == (404, "inexistent_user", "The user does not exist.")


def test_a_user_is_made_under_an_id_that_is_free(tenant: LocalTenant) -> None:
    def make(id_: str) -> requests.Response:
        given = {"email": f"{secrets.token_hex(6)}@example.test", "password": PASSWORD, "user_id": id_}
        return tenant.management("POST", "/users", given | {"connection": tenant.settings["AUTH0_CONNECTION"]})

    id_ = secrets.token_hex(12)
    assert make(id_).json()["user_id"] == f"auth0|{id_}"
    assert refusal(make(id_))[0] == 409


def test_an_address_is_changed_only_to_a_free_one(tenant: LocalTenant, user: User) -> None:
    other = tenant.user()
    taken = tenant.management("PATCH", f"/users/{user.user_id}", {"email": other.email})
    assert refusal(taken) == (400, None, "The specified new email already exists")
    free = tenant.management("PATCH", f"/users/{user.user_id}", {"email": f"New-{user.email}"})
    assert free.json()["email"] == f"new-{user.email}"


def test_lists_come_in_pages(tenant: LocalTenant, user: User) -> None:
    tenant.user()
    first = tenant.management("GET", "/users?per_page=1&include_totals=true").json()
    assert (first["start"], first["limit"], first["length"], len(first["users"])) == (0, 1, 1, 1)
    assert first["total"] >= 2
    beyond = tenant.management("GET", f"/users?per_page=1&page={first['total']}").json()
    assert beyond == []
    assert refusal(tenant.management("GET", "/users?per_page=101"))[:2] == (400, "invalid_query_string")
    assert refusal(tenant.management("GET", "/users?q=x"))[:2] == (400, "invalid_query_string")


def test_authentication_methods_in_both_forms(tenant: LocalTenant, web: Application, user: User) -> None:
    path = f"/users/{user.user_id}/authentication-methods"
    assert tenant.management("GET", path).json() == []
    user.enroll("sms", web)
    (phone,) = tenant.management("GET", path).json()
    assert phone["authentication_methods"] == [{"id": phone["id"].replace("phone|", "sms|"), "type": "sms"}]
    paged = tenant.management("GET", f"{path}?include_totals=true").json()
    assert (paged["authenticators"], paged["total"], paged["start"], paged["limit"]) == ([phone], 1, 0, 50)
    assert tenant.management("GET", f"{path}?include_totals=true&page=1").json()["authenticators"] == []
    assert refusal(tenant.management("GET", "/users/auth0%7Cnobody/authentication-methods"))[:2] == (
        404,
        "inexistent_user",
    )
    assert tenant.management("DELETE", f"{path}/{phone['id'].replace('|', '%7C')}").status_code == 204
    assert user.methods() == []


def test_factors_are_listed_in_their_order(tenant: LocalTenant) -> None:
    found = tenant.management("GET", "/guardian/factors", role="management").json()
    assert [one["name"] for one in found] == [
        "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
    ]  # fmt: skip
    assert [one["name"] for one in found if one["enabled"]] == ["sms", "otp"]
    assert refusal(tenant.management("PUT", "/guardian/factors/smoke", {"enabled": True}))[0] == 404
    assert refusal(tenant.management("PUT", "/guardian/factors/sms", {"enabled": 1}))[:2] == (400, "invalid_body")


def test_applications(tenant: LocalTenant, web: Application, spa: Application) -> None:
    shown = tenant.management("GET", f"/clients/{web.client_id}", role="management").json()
    assert (shown["app_type"], shown["token_endpoint_auth_method"]) == ("regular_web", "client_secret_post")
    assert shown["client_metadata"] == {"mfa_verification": f"allowed:{tenant.settings['AUTH0_DOMAIN']}"}
    assert "client_secret" not in shown
    assert tenant.management("GET", f"/clients/{web.client_id}").json()["client_secret"] == web.client_secret
    assert tenant.management("GET", f"/clients/{spa.client_id}").json()["token_endpoint_auth_method"] == "none"
    everyone = tenant.management("GET", "/clients?include_totals=true").json()
    assert {one["client_id"] for one in everyone["clients"]} >= {web.client_id, spa.client_id}
    assert refusal(tenant.management("GET", "/clients/nobody")) == (
        404,
        "inexistent_client",
        "The client does not exist",
    )
    assert refusal(tenant.management("PATCH", f"/clients/{web.client_id}", {"callbacks": "x"}))[:2] == (
        400,
        "invalid_body",
    )
    assert refusal(tenant.management("PATCH", f"/clients/{web.client_id}", {"app_type": "x"}))[:2] == (
        400,
        "invalid_body",
    )
