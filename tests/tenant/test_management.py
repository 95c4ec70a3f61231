"""The Management API: what its objects look like, and that changes take effect at once."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import requests

from tests.tenant.client import PASSWORD, Application, LocalTenant, User, refusal
from tests.tenant.conftest import PhoneProvider
from tests.tenant.in_process import UNIFIED, InProcess

UNAVAILABLE, NOT_ALLOWED = (503, "temporarily_unavailable"), (403, "unauthorized_client")
METHODS = "/users/{id}/authentication-methods"


@pytest.fixture
def tenant() -> InProcess:
    return InProcess()


@pytest.fixture
def unified() -> InProcess:
    """A tenant with the unified phone experience."""
    return InProcess(UNIFIED)


def test_a_user_from_creation_to_deletion(tenant: InProcess) -> None:
    given = {
        "email": "mary@Example.TEST", "password": PASSWORD, "connection": tenant.settings["AUTH0_CONNECTION"],
        "email_verified": True, "verify_email": False, "app_metadata": {"mark": "a", "gone": 1},
        "user_id": secrets.token_hex(12),
    }  # fmt: skip
    made = tenant.manage("POST", "/users", given)
    assert (made["email"], made["email_verified"], made["app_metadata"]["mark"]) == ("mary@example.test", True, "a")
    assert (made["user_id"], "password" in made) == (f"auth0|{given['user_id']}", False)
    assert tenant.refused("POST", "/users", given | {"email": "other@example.test"})[0] == 409
    change = {"app_metadata": {"gone": None, "new": [1]}, "user_metadata": {"u": "x"}}
    changed = tenant.manage("PATCH", "/users/{id}", change, id=made["user_id"])
    assert changed["app_metadata"] == {"mark": "a", "new": [1]}
    assert tenant.manage("GET", "/users/{id}", id=made["user_id"]) == changed
    assert tenant.manage("GET", "/users-by-email?email=mary@example.test") == [changed]
    assert tenant.manage("GET", "/users-by-email?email=mary@Example.TEST") == []
    renamed = tenant.manage("PATCH", "/users/{id}", {"email": "New-Mary@example.test"}, id=made["user_id"])
    assert renamed["email"] == "new-mary@example.test"
    for _ in range(2):
        assert tenant.management("DELETE", "/users/{id}", id=made["user_id"]).status_code == 204
    assert tenant.refused("GET", "/users/{id}", id=made["user_id"])[:2] == (404, "inexistent_user")


def test_lists_come_in_pages(tenant: InProcess, user: User) -> None:
    tenant.user()
    first = tenant.manage("GET", "/users?per_page=1&include_totals=true")
    assert (first["start"], first["limit"], first["length"], len(first["users"])) == (0, 1, 1, 1)
    assert first["total"] == 2
    assert tenant.manage("GET", "/users?per_page=1&page=2") == []


def test_authentication_methods_with_and_without_totals(tenant: InProcess, web: Application, user: User) -> None:
    assert user.methods() == []
    user.enroll("sms", web)
    (phone,) = user.methods()
    assert phone["authentication_methods"] == [{"id": phone["id"].replace("phone|", "sms|"), "type": "sms"}]
    paged = tenant.manage("GET", METHODS, query="?include_totals=true", id=user.user_id)
    assert (paged["authenticators"], paged["total"], paged["start"], paged["limit"]) == ([phone], 1, 0, 50)
    assert tenant.manage("GET", METHODS, query="?include_totals=true&page=1", id=user.user_id)["authenticators"] == []
    tenant.manage("DELETE", METHODS + "/{method_id}", id=user.user_id, method_id=phone["id"])
    assert user.methods() == []


def test_factors_are_listed_in_their_order(tenant: InProcess) -> None:
    found = tenant.manage("GET", "/guardian/factors", role="management")
    assert [one["name"] for one in found] == [
        "sms", "push-notification", "otp", "email", "duo", "webauthn-roaming", "webauthn-platform", "recovery-code",
    ]  # fmt: skip
    assert [one["name"] for one in found if one["enabled"]] == ["sms", "otp"]


def test_applications_are_shown(shared: LocalTenant) -> None:
    web, spa = shared.web, shared.spa
    shown = shared.manage("GET", f"/clients/{web.client_id}", role="management")
    assert (shown["app_type"], shown["token_endpoint_auth_method"]) == ("regular_web", "client_secret_post")
    assert shown["client_metadata"] == {"mfa_verification": f"allowed:{shared.settings['AUTH0_DOMAIN']}"}
    assert "client_secret" not in shown
    assert shared.manage("GET", f"/clients/{web.client_id}")["client_secret"] == web.client_secret
    assert shared.manage("GET", f"/clients/{spa.client_id}")["token_endpoint_auth_method"] == "none"
    everyone = shared.manage("GET", "/clients?include_totals=true")
    assert {one["client_id"] for one in everyone["clients"]} >= {web.client_id, spa.client_id}


def test_client_secrets_are_shown_with_the_scope_for_them(tenant: InProcess, web: Application) -> None:
    def shown(scope: str) -> set[str]:
        return set(tenant.manage("GET", "/clients/{id}", scope=scope, id=web.client_id))

    assert "client_secret" not in shown("read:clients")
    assert "client_secret" in shown("read:clients read:client_keys")
    assert shown("read:client_summary") == {"client_id", "name", "app_type", "is_first_party"}
    change = {"client_secret": "a secret that is long enough"}
    assert tenant.refused("PATCH", "/clients/{id}", change, scope="update:clients", id=web.client_id)[1] == (
        "invalid_body"
    )


def enrolling(user: User) -> requests.Response:
    return user.associate(user.mfa_access_token(user.tenant.web))


def password(user: User, password: str = PASSWORD, **more: str) -> requests.Response:
    return user.password_grant(user.tenant.web, password=password, **more)


def authorize(tenant: InProcess) -> str:
    """Open /authorize, and return the path or the callback's parameters."""
    with tenant.browser(tenant.web) as browser:
        at = browser.authorize(audience=None)
        return at.path if at.callback is None else str(at.callback)


def refused(response: requests.Response) -> tuple[int, str | None]:
    return refusal(response)[:2]


def newest_message(user: User) -> str:
    return user.tenant.messages(user.phone)[-1]["body"]


def test_phone_settings_of_the_older_experience(tenant: InProcess, user: User) -> None:
    path = "/guardian/factors/phone"
    tenant.manage("PUT", f"{path}/selected-provider", {"provider": "twilio"})
    assert refused(enrolling(user)) == UNAVAILABLE
    assert "gd_send_sms_failure" in user.events()
    account = {"sid": "AC1", "auth_token": "secret", "messaging_service_sid": "MG1"}
    tenant.manage("PUT", f"{path}/providers/twilio", account)
    assert enrolling(user).status_code == 200
    templates = {"enrollment_message": "Code {{code}} of {{tenant.friendly_name}}", "verification_message": "{{code}}"}
    tenant.manage("PUT", f"{path}/templates", templates)
    tenant.manage("PATCH", "/tenants/settings", {"friendly_name": "Acme"})
    assert enrolling(user).status_code == 200
    assert newest_message(user).startswith("Code ") and newest_message(user).endswith(" of Acme")
    tenant.manage("PUT", f"{path}/selected-provider", {"provider": "phone-message-hook"})
    assert refused(enrolling(user)) == UNAVAILABLE
    tenant.manage("PUT", f"{path}/message-types", {"message_types": ["voice"]})
    assert refused(enrolling(user)) == (403, "unsupported_challenge_type")
    assert tenant.refused("PUT", f"{path}/templates", templates | {"enrollment_message": "{% if"})[1] == "invalid_body"


def test_phone_settings_of_the_unified_experience(unified: InProcess) -> None:
    user = unified.user()
    unified.manage("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    assert enrolling(user).status_code == 200
    assert newest_message(user).endswith(" is your verification code for Local Tenant")
    configuration: dict[str, Any] = {"delivery_methods": ["text"]}
    given = {"name": "twilio", "credentials": {"auth_token": "secret"}, "configuration": configuration}
    made = unified.manage("POST", "/branding/phone/providers", given)
    assert refused(enrolling(user)) == UNAVAILABLE
    configuration |= {"sid": "AC1", "default_from": "+15550000000"}
    one = "/branding/phone/providers/{id}"
    unified.manage("PATCH", one, {"configuration": configuration}, id=made["id"])
    assert enrolling(user).status_code == 200
    unified.manage("PATCH", one, {"disabled": True}, id=made["id"])
    assert refused(enrolling(user)) == UNAVAILABLE
    unified.manage("PATCH", one, {"disabled": False}, id=made["id"])
    template = {"type": "otp_enroll", "content": {"body": {"text": "It is {{ code }}"}}}
    unified.manage("POST", "/branding/phone/templates", template)
    assert enrolling(user).status_code == 200
    assert newest_message(user).startswith("It is ")
    unified.manage("PATCH", one, {"configuration": configuration | {"delivery_methods": ["voice"]}}, id=made["id"])
    assert refused(enrolling(user)) == UNAVAILABLE


def test_a_custom_provider_gets_messages_once_its_action_is_deployed_and_bound(
    unified: InProcess, provider: PhoneProvider
) -> None:
    user = unified.user()
    unified.manage("POST", "/branding/phone/providers", {"name": "custom", "credentials": {"auth_token": "x"}})
    assert refused(enrolling(user)) == UNAVAILABLE
    action = {
        "name": "sms", "supported_triggers": [{"id": "custom-phone-provider"}], "deploy": True,
        "secrets": [{"name": "URL", "value": provider.url_for("/send")}],
    }  # fmt: skip
    made = unified.manage("POST", "/actions/actions", action)
    assert refused(enrolling(user)) == UNAVAILABLE
    bindings = {"bindings": [{"ref": {"type": "action_id", "value": made["id"]}}]}
    unified.manage("PATCH", "/actions/triggers/{id}/bindings", bindings, id="custom-phone-provider")
    assert enrolling(user).status_code == 200
    ((_, posted),) = provider.posted
    assert posted["notification"]["recipient"] == user.phone
    assert unified.messages(user.phone) == []


def test_a_connection_that_is_disabled_for_the_application(tenant: InProcess, user: User) -> None:
    assert password(user).status_code == 200
    assert authorize(tenant).startswith("/u/login")
    for one in tenant.manage("GET", "/connections"):
        changes = [{"client_id": tenant.web.client_id, "status": False}]
        tenant.manage("PATCH", "/connections/{id}/clients", changes, id=one["id"])
    assert refusal(password(user)) == (400, "invalid_request", "the connection was disabled")
    assert "no connections enabled" in authorize(tenant)


def test_attack_protection(tenant: InProcess, user: User) -> None:
    path = "/attack-protection/brute-force-protection"
    tenant.manage("PATCH", path, {"max_attempts": 2})
    for _ in range(2):
        assert refused(password(user, "wrong")) == (403, "invalid_grant")
    assert refused(password(user)) == (429, "too_many_attempts")
    assert tenant.manage("GET", "/user-blocks/{id}", id=user.user_id)["blocked_for"][0]["ip"] == "127.0.0.1"
    for change in (
        {"enabled": False},
        {"enabled": True, "shields": []},
        {"shields": ["block"], "allowlist": ["127.0.0.1"]},
    ):
        tenant.manage("PATCH", path, change)
        assert password(user).status_code == 200, change
    tenant.manage("PATCH", path, {"allowlist": []})
    slow = {"enabled": True, "allowlist": [], "stage": {"pre-login": {"max_attempts": 1, "rate": 864_000}}}
    tenant.manage("PATCH", "/attack-protection/suspicious-ip-throttling", slow)
    assert refused(password(user, "wrong"))[0] in (403, 429)
    assert refused(password(user)) == (429, "too_many_attempts")


def test_applications(tenant: InProcess, user: User) -> None:
    one = {"id": tenant.web.client_id}
    tenant.manage("PATCH", "/clients/{id}", {"callbacks": ["https://other.test/cb"]}, **one)
    assert authorize(tenant) == "/authorize"  # an error page
    new = tenant.manage("POST", "/clients/{id}/rotate-secret", **one)["client_secret"]
    assert refused(password(user)) == (401, "access_denied")
    assert password(user, client_secret=new).status_code == 200
    tenant.manage("PATCH", "/clients/{id}", {"grant_types": ["authorization_code"]}, **one)
    assert refused(password(user, client_secret=new)) == NOT_ALLOWED
    tenant.manage("DELETE", "/clients/{id}", **one)
    assert refused(password(user, client_secret=new)) == (401, "access_denied")


def test_apis_and_client_grants(tenant: InProcess, user: User) -> None:
    program = tenant.manage("POST", "/clients", {"name": "program", "app_type": "non_interactive"})
    body = {
        "grant_type": "client_credentials", "client_id": program["client_id"], "audience": "https://api.test/",
        "client_secret": program["client_secret"],
    }  # fmt: skip
    assert refused(tenant.token(body)) == (403, "access_denied")
    api = {"identifier": "https://api.test/", "token_lifetime": 60, "scopes": [{"value": "read:x"}, {"value": "y"}]}
    made = tenant.manage("POST", "/resource-servers", api)
    assert refused(tenant.token(body)) == (403, "access_denied")
    grant = {"client_id": program["client_id"], "audience": "https://api.test/", "scope": ["read:x"]}
    tenant.manage("POST", "/client-grants", grant)
    tokens = tenant.token(body).json()
    assert (tokens["scope"], tokens["expires_in"]) == ("read:x", 60)
    users = password(user, audience="https://api.test/", scope="openid y unknown").json()
    assert (users["scope"], users["expires_in"]) == ("openid y", 60)
    tenant.manage("DELETE", "/resource-servers/{id}", id=made["id"])
    assert refused(password(user, audience="https://api.test/")) == (403, "access_denied")


def test_policies_and_disabled_factors(tenant: InProcess, user: User) -> None:
    user.enroll("otp", tenant.web)
    tenant.manage("PUT", "/guardian/policies", ["all-applications"])
    assert refused(password(user)) == (403, "mfa_required")
    tenant.manage("PUT", "/guardian/policies", [])
    assert password(user).status_code == 200
    for factor in ("sms", "otp"):
        tenant.manage("PUT", "/guardian/factors/{name}", {"enabled": False}, name=factor)
    assert refused(enrolling(user)) == (403, "unsupported_challenge_type")
    assert tenant.messages(user.phone) == []


def test_added_and_deleted_authentication_methods(tenant: InProcess, user: User) -> None:
    phone = {"type": "phone", "phone_number": user.phone}
    tenant.manage("POST", METHODS, phone, id=user.user_id)
    assert refused(password(user, audience=tenant.mfa_audience)) == (403, "mfa_required")
    for wrong in (
        {"type": "phone"}, {"type": "phone", "phone_number": "x"},
        {"type": "totp", "totp_secret": "not base 32 at all"},
    ):  # fmt: skip
        assert tenant.refused("POST", METHODS, wrong, id=user.user_id)[:2] == (400, "invalid_body")
    tenant.manage("DELETE", METHODS, id=user.user_id)
    assert password(user, audience=tenant.mfa_audience).status_code == 200


def test_deleted_sessions(tenant: InProcess, user: User) -> None:
    with tenant.browser(tenant.web) as browser:
        assert browser.give_password(user, audience=None).callback is not None
        assert browser.authorize(audience=None).callback is not None
        tenant.manage("DELETE", "/users/{id}/sessions", id=user.user_id)
        assert browser.authorize(audience=None).path == "/u/login"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email:"mary@example.test"', True), ("email:mary*", True), ("email:john*", False), ("blocked:false", True),
        ('app_metadata.run.id:"7"', True), ("app_metadata.run:8 AND blocked:false", False), ("name:mary*", True),
        ('identities.connection:"Username-Password-Authentication"', True),
    ],
)  # fmt: skip
def test_a_search_for_users(tenant: InProcess, query: str, found: bool) -> None:
    mary = tenant.user("mary@example.test")
    tenant.manage("PATCH", "/users/{id}", {"app_metadata": {"run": {"id": "7"}}}, id=mary.user_id)
    users = tenant.manage("GET", f"/users?search_engine=v3&q={query.replace(' ', '%20')}")
    assert [one["user_id"] for one in users] == ([mary.user_id] if found else [])


@pytest.mark.parametrize("query", ["mary", "email:mary OR blocked:true", "password:x", 'email:"a', "email:*"])
def test_a_search_that_is_not_supported(tenant: InProcess, query: str) -> None:
    assert tenant.refused("GET", f"/users?q={query.replace(' ', '%20')}")[:2] == (400, "invalid_query_string")
