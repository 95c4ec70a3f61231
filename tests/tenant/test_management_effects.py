"""What the administrator sets counts at once: for enrolling, for signing in, for tokens."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.tenant.client import PASSWORD, User, refusal
from tests.tenant.conftest import PhoneProvider
from tests.tenant.endpoints import UNIFIED
from tests.tenant.in_process import InProcess

UNAVAILABLE = (503, "temporarily_unavailable")


@pytest.fixture
def who() -> InProcess:
    return InProcess()


@pytest.fixture
def mary(who: InProcess) -> User:
    return who.user("mary@example.test")


@pytest.fixture(scope="module")
def searcher() -> InProcess:
    """A tenant with one user."""
    made = InProcess()
    made.user("mary@example.test")
    return made


def enrolling(user: User) -> requests.Response:
    return user.associate(user.mfa_access_token(user.tenant.application("web")))


def password(user: User, password: str = PASSWORD, **more: str) -> requests.Response:
    return user.password_grant(user.tenant.application("web"), password=password, **more)


def authorize(who: InProcess) -> str:
    """Open /authorize, and return where that leads."""
    with who.browser(who.web) as browser:
        at = browser.authorize(audience=None)
        return at.path if at.callback is None else str(at.callback)


def refused(answer: requests.Response) -> tuple[int, str | None]:
    return refusal(answer)[:2]


def said(user: User) -> str:
    return user.tenant.messages(user.phone)[-1]["body"]


def test_the_older_way_of_texts(who: InProcess, mary: User) -> None:
    path = "/guardian/factors/phone"
    who.manage("PUT", f"{path}/selected-provider", {"provider": "twilio"})
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    assert "gd_send_sms_failure" in mary.events()
    account = {"sid": "AC1", "auth_token": "secret", "messaging_service_sid": "MG1"}
    who.manage("PUT", f"{path}/providers/twilio", account)
    assert enrolling(mary).status_code == 200
    templates = {"enrollment_message": "Code {{code}} of {{tenant.friendly_name}}", "verification_message": "{{code}}"}
    who.manage("PUT", f"{path}/templates", templates)
    who.manage("PATCH", "/tenants/settings", {"friendly_name": "Acme"})
    assert enrolling(mary).status_code == 200
    assert said(mary).startswith("Code ") and said(mary).endswith(" of Acme")
    who.manage("PUT", f"{path}/selected-provider", {"provider": "phone-message-hook"})
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    who.manage("PUT", f"{path}/message-types", {"message_types": ["voice"]})
    assert refused(enrolling(mary)) == (403, "unsupported_challenge_type")
    assert who.refused("PUT", f"{path}/templates", templates | {"enrollment_message": "{% if"})[1] == "invalid_body"
    assert who.refused("GET", "/branding/phone/providers")[:2] == (403, "insufficient_entitlement")


def test_the_unified_way_of_texts() -> None:
    who = InProcess(UNIFIED)
    mary = who.user("mary@example.test")
    who.manage("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    assert enrolling(mary).status_code == 200
    assert said(mary).endswith(" is your verification code for Local Tenant")
    configuration: dict[str, Any] = {"delivery_methods": ["text"]}
    given = {"name": "twilio", "credentials": {"auth_token": "secret"}, "configuration": configuration}
    made = who.manage("POST", "/branding/phone/providers", given)
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    configuration |= {"sid": "AC1", "default_from": "+15550000000"}
    one = "/branding/phone/providers/{id}"
    who.manage("PATCH", one, {"configuration": configuration}, id=made["id"])
    assert enrolling(mary).status_code == 200
    who.manage("PATCH", one, {"disabled": True}, id=made["id"])
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    who.manage("PATCH", one, {"disabled": False}, id=made["id"])
    template = {"type": "otp_enroll", "content": {"body": {"text": "It is {{ code }}"}}}
    who.manage("POST", "/branding/phone/templates", template)
    assert enrolling(mary).status_code == 200
    assert said(mary).startswith("It is ")
    who.manage("PATCH", one, {"configuration": configuration | {"delivery_methods": ["voice"]}}, id=made["id"])
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")


def test_a_custom_provider_is_posted_to_once_its_action_is_deployed_and_bound(provider: PhoneProvider) -> None:
    who = InProcess(UNIFIED)
    mary = who.user("mary@example.test")
    who.manage("POST", "/branding/phone/providers", {"name": "custom", "credentials": {"auth_token": "x"}})
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    action = {
        "name": "texts", "supported_triggers": [{"id": "custom-phone-provider"}], "deploy": True,
        "secrets": [{"name": "URL", "value": provider.url_for("/send")}],
    }  # fmt: skip
    made = who.manage("POST", "/actions/actions", action)
    assert refused(enrolling(mary)) == (503, "temporarily_unavailable")
    bindings = {"bindings": [{"ref": {"type": "action_id", "value": made["id"]}}]}
    who.manage("PATCH", "/actions/triggers/{id}/bindings", bindings, id="custom-phone-provider")
    assert enrolling(mary).status_code == 200
    (posted,) = [sent for _, sent in provider.posted]
    assert posted["notification"]["recipient"] == mary.phone
    assert who.messages(mary.phone) == []


def test_a_connection_that_does_not_list_the_application(who: InProcess, mary: User) -> None:
    assert password(mary).status_code == 200
    assert authorize(who).startswith("/u/login")
    for one in who.manage("GET", "/connections"):
        changes = [{"client_id": who.web.client_id, "status": False}]
        who.manage("PATCH", "/connections/{id}/clients", changes, id=one["id"])
    answer = password(mary)
    assert (refused(answer), answer.json()["error_description"]) == (
        (400, "invalid_request"), "the connection was disabled",
    )  # fmt: skip
    assert "no connections enabled" in authorize(who)


def test_attack_protection(who: InProcess, mary: User) -> None:
    user_id, path = mary.user_id, "/attack-protection/brute-force-protection"
    who.manage("PATCH", path, {"max_attempts": 2})
    for _ in range(2):
        assert refused(password(mary, "wrong")) == (403, "invalid_grant")
    assert refused(password(mary)) == (429, "too_many_attempts")
    assert who.manage("GET", "/user-blocks/{id}", id=user_id)["blocked_for"][0]["ip"] == "127.0.0.1"
    for change in (
        {"enabled": False},
        {"enabled": True, "shields": []},
        {"shields": ["block"], "allowlist": ["127.0.0.1"]},
    ):
        who.manage("PATCH", path, change)
        assert password(mary).status_code == 200, change
    who.manage("PATCH", path, {"allowlist": []})
    slow = {"enabled": True, "allowlist": [], "stage": {"pre-login": {"max_attempts": 1, "rate": 864_000}}}
    who.manage("PATCH", "/attack-protection/suspicious-ip-throttling", slow)
    assert refused(password(mary, "wrong"))[0] in (403, 429)
    assert refused(password(mary)) == (429, "too_many_attempts")


def test_applications(who: InProcess, mary: User) -> None:
    one = {"id": who.web.client_id}
    who.manage("PATCH", "/clients/{id}", {"callbacks": ["https://other.test/cb"]}, **one)
    assert authorize(who) == "/authorize"  # a page of errors
    new = who.manage("POST", "/clients/{id}/rotate-secret", **one)["client_secret"]
    assert refused(password(mary)) == (401, "access_denied")
    assert password(mary, client_secret=new).status_code == 200
    who.manage("PATCH", "/clients/{id}", {"grant_types": ["authorization_code"]}, **one)
    assert refused(password(mary, client_secret=new)) == (403, "unauthorized_client")
    who.manage("DELETE", "/clients/{id}", **one)
    assert refused(password(mary, client_secret=new)) == (401, "access_denied")


def test_secrets_of_applications_are_shown_to_who_may_see_them(who: InProcess, mary: User) -> None:
    def shown(*granted: str) -> set[str]:
        answer = who.management("GET", "/clients/{id}", scope=" ".join(granted), id=who.web.client_id)
        return set(answer.json())

    assert "client_secret" not in shown("read:clients")
    assert "client_secret" in shown("read:clients", "read:client_keys")
    assert shown("read:client_summary") == {"client_id", "name", "app_type", "is_first_party"}
    change = {"client_secret": "a secret that is long enough"}
    answer = who.management("PATCH", "/clients/{id}", change, scope="update:clients", id=who.web.client_id)
    assert answer.json()["errorCode"] == "invalid_body"


def test_apis_and_client_grants(who: InProcess, mary: User) -> None:
    program = who.manage("POST", "/clients", {"name": "program", "app_type": "non_interactive"})
    body = {
        "grant_type": "client_credentials", "client_id": program["client_id"], "audience": "https://api.test/",
        "client_secret": program["client_secret"],
    }  # fmt: skip
    assert refused(who.token(body)) == (403, "access_denied")
    api = {"identifier": "https://api.test/", "token_lifetime": 60, "scopes": [{"value": "read:x"}, {"value": "y"}]}
    made = who.manage("POST", "/resource-servers", api)
    assert refused(who.token(body)) == (403, "access_denied")
    grant = {"client_id": program["client_id"], "audience": "https://api.test/", "scope": ["read:x"]}
    who.manage("POST", "/client-grants", grant)
    tokens = who.token(body).json()
    assert (tokens["scope"], tokens["expires_in"]) == ("read:x", 60)
    users = password(mary, audience="https://api.test/", scope="openid y unknown").json()
    assert (users["scope"], users["expires_in"]) == ("openid y", 60)
    who.manage("DELETE", "/resource-servers/{id}", id=made["id"])
    assert refused(password(mary, audience="https://api.test/")) == (403, "access_denied")


def test_the_policy_asks_everybody(who: InProcess, mary: User) -> None:
    assert password(mary).status_code == 200
    who.manage("PUT", "/guardian/policies", ["all-applications"])
    assert refused(password(mary)) == (403, "mfa_required")
    who.manage("PUT", "/guardian/policies", [])
    assert password(mary).status_code == 200


def test_methods_that_the_administrator_adds_count(who: InProcess, mary: User) -> None:
    path = "/users/{id}/authentication-methods"
    phone = {"type": "phone", "phone_number": mary.phone}
    who.manage("POST", path, phone, id=mary.user_id)
    assert who.refused("POST", path, phone, id=mary.user_id)[0] == 409
    assert refused(password(mary, audience=who.mfa_audience)) == (403, "mfa_required")
    for wrong in (
        {"type": "phone"}, {"type": "phone", "phone_number": "x"},
        {"type": "totp", "totp_secret": "not base 32 at all"},
    ):  # fmt: skip
        assert who.refused("POST", path, wrong, id=mary.user_id)[:2] == (400, "invalid_body")
    who.manage("DELETE", path, id=mary.user_id)
    assert password(mary, audience=who.mfa_audience).status_code == 200


def test_a_user_who_is_signed_out_by_the_administrator_signs_in_again(who: InProcess, mary: User) -> None:
    with who.browser(who.web) as browser:
        assert browser.give_password(mary, audience=None).callback is not None
        assert browser.authorize(audience=None).callback is not None
        who.manage("DELETE", "/users/{id}/sessions", id=mary.user_id)
        assert browser.authorize(audience=None).path == "/u/login"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email:"mary@example.test"', True), ("email:mary*", True), ("email:john*", False), ("blocked:false", True),
        ('app_metadata.run.id:"7"', True), ("app_metadata.run:8 AND blocked:false", False), ("name:mary*", True),
        ('identities.connection:"Username-Password-Authentication"', True),
    ],
)  # fmt: skip
def test_searching_users(searcher: InProcess, query: str, found: bool) -> None:
    (user_id,) = [one["user_id"] for one in searcher.manage("GET", "/users")]
    searcher.manage("PATCH", "/users/{id}", {"app_metadata": {"run": {"id": "7"}}}, id=user_id)
    answer = searcher.management("GET", "/users", query=f"?search_engine=v3&q={query.replace(' ', '%20')}").json()
    assert [one["user_id"] for one in answer] == ([user_id] if found else [])


@pytest.mark.parametrize("query", ["mary", "email:mary OR blocked:true", "password:x", 'email:"a', "email:*"])
def test_searches_that_are_not_understood(searcher: InProcess, query: str) -> None:
    assert searcher.refused("GET", "/users", query=f"?q={query.replace(' ', '%20')}")[:2] == (
        400,
        "invalid_query_string",
    )
