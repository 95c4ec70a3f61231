"""What the operator sets counts at once: for enrolling, for signing in, for tokens."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from local_tenant.model import Order, Person
from tests.tenant.driving import PASSWORD, SCOPE
from tests.tenant.operating import Operator, make_user, operator
from tests.tenant.test_messages import gateway

NUMBER = "+15551234567"
UNIFIED = 'phone_experience = "unified"\n'


@pytest.fixture
def who() -> Operator:
    return operator()


@pytest.fixture(scope="module")
def searcher() -> Operator:
    """A tenant with one person."""
    made = operator()
    make_user(made)
    return made


def person_of(who: Operator) -> Person:
    return who.tenant.people.get(make_user(who))


def associate(who: Operator, person: Person, channel: str = "sms") -> TestResponse:
    order = Order(person, who.web, who.tenant.audiences.mfa(), SCOPE.split())
    headers = {"Authorization": f"Bearer {who.tenant.tokens.access_token(order)}"}
    body = {"authenticator_types": ["oob"], "oob_channels": [channel], "phone_number": NUMBER}
    return who.browser.post("/mfa/associate", json=body, headers=headers)


def by_password(who: Operator, password: str = PASSWORD, **more: str) -> TestResponse:
    body = {
        "grant_type": "password", "client_id": who.web.client_id, "client_secret": who.web.client_secret,
        "username": "mary@example.test", "password": password,
    }  # fmt: skip
    return who.browser.post("/oauth/token", data=body | more)


def authorize(who: Operator) -> str:
    query = {"client_id": who.web.client_id, "redirect_uri": who.web.callbacks[0], "response_type": "code"}
    return who.browser.get("/authorize", query_string=query).headers["Location"]


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def said(who: Operator) -> str:
    return who.inbox.texts(NUMBER)[-1].body


def test_the_older_way_of_texts(who: Operator) -> None:
    person, path = person_of(who), "/guardian/factors/phone"
    who.does("PUT", f"{path}/selected-provider", {"provider": "twilio"})
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")
    assert who.tenant.log.entries[-2].type == "gd_send_sms_failure"
    account = {"sid": "AC1", "auth_token": "secret", "messaging_service_sid": "MG1"}
    who.does("PUT", f"{path}/providers/twilio", account)
    assert associate(who, person).status_code == 200
    templates = {"enrollment_message": "Code {{code}} of {{tenant.friendly_name}}", "verification_message": "{{code}}"}
    who.does("PUT", f"{path}/templates", templates)
    who.does("PATCH", "/tenants/settings", {"friendly_name": "Acme"})
    assert associate(who, person).status_code == 200
    assert said(who).startswith("Code ") and said(who).endswith(" of Acme")
    who.does("PUT", f"{path}/selected-provider", {"provider": "phone-message-hook"})
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")
    who.does("PUT", f"{path}/message-types", {"message_types": ["voice"]})
    assert refused(associate(who, person)) == (403, "unsupported_challenge_type")
    assert who.refused("PUT", f"{path}/templates", templates | {"enrollment_message": "{% if"})[1] == "invalid_body"
    assert who.refused("GET", "/branding/phone/providers")[:2] == (403, "insufficient_entitlement")


def test_the_unified_way_of_texts() -> None:
    who = operator(UNIFIED)
    person = person_of(who)
    who.does("PUT", "/guardian/factors/phone/selected-provider", {"provider": "twilio"})
    assert associate(who, person).status_code == 200
    assert said(who).endswith(" is your verification code for Local Tenant")
    configuration: dict[str, Any] = {"delivery_methods": ["text"]}
    given = {"name": "twilio", "credentials": {"auth_token": "secret"}, "configuration": configuration}
    made = who.does("POST", "/branding/phone/providers", given)
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")
    configuration |= {"sid": "AC1", "default_from": "+15550000000"}
    one = "/branding/phone/providers/{id}"
    who.does("PATCH", one, {"configuration": configuration}, id=made["id"])
    assert associate(who, person).status_code == 200
    who.does("PATCH", one, {"disabled": True}, id=made["id"])
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")
    who.does("PATCH", one, {"disabled": False}, id=made["id"])
    template = {"type": "otp_enroll", "content": {"body": {"text": "It is {{ code }}"}}}
    who.does("POST", "/branding/phone/templates", template)
    assert associate(who, person).status_code == 200
    assert said(who).startswith("It is ")
    who.does("PATCH", one, {"configuration": configuration | {"delivery_methods": ["voice"]}}, id=made["id"])
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")


def test_a_custom_provider_is_posted_to_once_its_action_is_deployed_and_bound() -> None:
    who = operator(UNIFIED)
    person = person_of(who)
    who.does("POST", "/branding/phone/providers", {"name": "custom", "credentials": {"auth_token": "x"}})
    assert refused(associate(who, person)) == (503, "temporarily_unavailable")
    with gateway() as provider:
        action = {
            "name": "texts", "supported_triggers": [{"id": "custom-phone-provider"}], "deploy": True,
            "secrets": [{"name": "URL", "value": f"http://127.0.0.1:{provider.server_port}/send"}],
        }  # fmt: skip
        made = who.does("POST", "/actions/actions", action)
        assert refused(associate(who, person)) == (503, "temporarily_unavailable")
        bindings = {"bindings": [{"ref": {"type": "action_id", "value": made["id"]}}]}
        who.does("PATCH", "/actions/triggers/{id}/bindings", bindings, id="custom-phone-provider")
        assert associate(who, person).status_code == 200
    (posted,) = [sent for _, sent in provider.posted]
    assert posted["notification"]["recipient"] == NUMBER
    assert who.inbox.texts(NUMBER) == []


def test_a_connection_that_does_not_list_the_application(who: Operator) -> None:
    make_user(who)
    assert by_password(who).status_code == 200
    assert authorize(who).startswith("/u/login")
    for one in who.does("GET", "/connections"):
        changes = [{"client_id": who.web.client_id, "status": False}]
        who.does("PATCH", "/connections/{id}/clients", changes, id=one["id"])
    answer = by_password(who)
    assert (refused(answer), answer.get_json()["error_description"]) == (
        (400, "invalid_request"), "the connection was disabled",
    )  # fmt: skip
    assert "error=invalid_request&error_description=no+connections+enabled" in authorize(who)


def test_attack_protection(who: Operator) -> None:
    user_id, path = make_user(who), "/attack-protection/brute-force-protection"
    who.does("PATCH", path, {"max_attempts": 2})
    for _ in range(2):
        assert refused(by_password(who, "wrong")) == (403, "invalid_grant")
    assert refused(by_password(who)) == (429, "too_many_attempts")
    assert who.does("GET", "/user-blocks/{id}", id=user_id)["blocked_for"][0]["ip"] == "127.0.0.1"
    for change in (
        {"enabled": False},
        {"enabled": True, "shields": []},
        {"shields": ["block"], "allowlist": ["127.0.0.1"]},
    ):
        who.does("PATCH", path, change)
        assert by_password(who).status_code == 200, change
    who.does("PATCH", path, {"allowlist": []})
    slow = {"enabled": True, "allowlist": [], "stage": {"pre-login": {"max_attempts": 1, "rate": 864_000}}}
    who.does("PATCH", "/attack-protection/suspicious-ip-throttling", slow)
    assert refused(by_password(who, "wrong"))[0] in (403, 429)
    assert refused(by_password(who)) == (429, "too_many_attempts")


def test_applications(who: Operator) -> None:
    make_user(who)
    one = {"id": who.web.client_id}
    who.does("PATCH", "/clients/{id}", {"callbacks": ["https://other.test/cb"]}, **one)
    query = {"client_id": who.web.client_id, "redirect_uri": "https://web.test/callback", "response_type": "code"}
    assert who.browser.get("/authorize", query_string=query).status_code == 403
    former = who.web.client_secret
    who.does("POST", "/clients/{id}/rotate-secret", **one)
    assert refused(by_password(who, client_secret=str(former))) == (401, "access_denied")
    who.does("PATCH", "/clients/{id}", {"grant_types": ["authorization_code"]}, **one)
    assert refused(by_password(who)) == (403, "unauthorized_client")
    who.does("DELETE", "/clients/{id}", **one)
    assert refused(by_password(who)) == (401, "access_denied")


def test_secrets_of_applications_are_shown_to_who_may_see_them(who: Operator) -> None:
    def shown(*granted: str) -> set[str]:
        answer = who.ask("GET", "/clients/{id}", token=who.token(granted), id=who.web.client_id)
        return set(answer.get_json())

    assert "client_secret" not in shown("read:clients")
    assert "client_secret" in shown("read:clients", "read:client_keys")
    assert shown("read:client_summary") == {"client_id", "name", "app_type", "is_first_party"}
    change = {"client_secret": "a secret that is long enough"}
    answer = who.ask("PATCH", "/clients/{id}", change, token=who.token(("update:clients",)), id=who.web.client_id)
    assert answer.get_json()["errorCode"] == "invalid_body"


def test_apis_and_client_grants(who: Operator) -> None:
    make_user(who)
    program = who.does("POST", "/clients", {"name": "program", "app_type": "non_interactive"})
    body = {
        "grant_type": "client_credentials", "client_id": program["client_id"], "audience": "https://api.test/",
        "client_secret": program["client_secret"],
    }  # fmt: skip
    assert refused(who.browser.post("/oauth/token", data=body)) == (403, "access_denied")
    api = {"identifier": "https://api.test/", "token_lifetime": 60, "scopes": [{"value": "read:x"}, {"value": "y"}]}
    made = who.does("POST", "/resource-servers", api)
    assert refused(who.browser.post("/oauth/token", data=body)) == (403, "access_denied")
    grant = {"client_id": program["client_id"], "audience": "https://api.test/", "scope": ["read:x"]}
    who.does("POST", "/client-grants", grant)
    tokens = who.browser.post("/oauth/token", data=body).get_json()
    assert (tokens["scope"], tokens["expires_in"]) == ("read:x", 60)
    persons = by_password(who, audience="https://api.test/", scope="openid y unknown").get_json()
    assert (persons["scope"], persons["expires_in"]) == ("openid y", 60)
    who.does("DELETE", "/resource-servers/{id}", id=made["id"])
    assert refused(by_password(who, audience="https://api.test/")) == (403, "access_denied")
    assert who.refused("PATCH", "/resource-servers/{id}", {"scopes": []}, id="management") == (
        400, "invalid_body", "Payload validation error: 'Additional properties not allowed: scopes'",
    )  # fmt: skip


def test_the_policy_asks_everybody(who: Operator) -> None:
    make_user(who)
    assert by_password(who).status_code == 200
    who.does("PUT", "/guardian/policies", ["all-applications"])
    assert refused(by_password(who)) == (403, "mfa_required")
    who.does("PUT", "/guardian/policies", [])
    assert by_password(who).status_code == 200
    assert who.refused("PUT", "/guardian/policies", ["always"])[2] == (
        "Payload validation error: 'No enum match for: always' on property 0"
    )


def test_methods_that_the_operator_adds_count(who: Operator) -> None:
    person, path = person_of(who), "/users/{id}/authentication-methods"
    phone = {"type": "phone", "phone_number": NUMBER}
    who.does("POST", path, phone, id=person.user_id)
    assert who.refused("POST", path, phone, id=person.user_id)[0] == 409
    assert refused(by_password(who, audience=who.tenant.audiences.mfa())) == (403, "mfa_required")
    for wrong in (
        {"type": "phone"}, {"type": "phone", "phone_number": "x"},
        {"type": "totp", "totp_secret": "not base 32 at all"},
    ):  # fmt: skip
        assert who.refused("POST", path, wrong, id=person.user_id)[:2] == (400, "invalid_body")
    who.does("DELETE", path, id=person.user_id)
    assert by_password(who, audience=who.tenant.audiences.mfa()).status_code == 200


def test_who_is_signed_out_by_the_operator_signs_in_again(who: Operator) -> None:
    user_id = make_user(who)
    at = authorize(who)
    state = at.partition("state=")[2]
    form = {"state": state, "username": "mary@example.test", "password": PASSWORD, "action": "default"}
    on = who.browser.post(at, data=form).headers["Location"]
    assert who.browser.get(on).headers["Location"].startswith(who.web.callbacks[0])
    assert authorize(who).startswith(who.web.callbacks[0])
    who.does("DELETE", "/users/{id}/sessions", id=user_id)
    assert authorize(who).startswith("/u/login")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('email:"mary@example.test"', True), ("email:mary*", True), ("email:john*", False), ("blocked:false", True),
        ('app_metadata.run.id:"7"', True), ("app_metadata.run:8 AND blocked:false", False), ("name:mary*", True),
        ('identities.connection:"Username-Password-Authentication"', True),
    ],
)  # fmt: skip
def test_searching_people(searcher: Operator, query: str, found: bool) -> None:
    who, (user_id,) = searcher, [one.user_id for one in searcher.tenant.store.people.values()]
    who.does("PATCH", "/users/{id}", {"app_metadata": {"run": {"id": "7"}}}, id=user_id)
    answer = who.ask("GET", "/users", query=f"?search_engine=v3&q={query.replace(' ', '%20')}").get_json()
    assert [one["user_id"] for one in answer] == ([user_id] if found else [])


@pytest.mark.parametrize("query", ["mary", "email:mary OR blocked:true", "password:x", 'email:"a', "email:*"])
def test_searches_that_are_not_understood(searcher: Operator, query: str) -> None:
    assert searcher.refused("GET", "/users", query=f"?q={query.replace(' ', '%20')}")[:2] == (
        400,
        "invalid_query_string",
    )
