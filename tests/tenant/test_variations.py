"""Variations: each is well built and known, no two of one decision go together, and they change what they say."""

from __future__ import annotations

import json
import subprocess

import jwt
import pytest

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.rules import Rule
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.conftest import Vary
from tests.tenant.driving import (
    SCOPE,
    Browser,
    associate,
    associate_app,
    associate_phone,
    confirm_app,
    confirm_phone,
    create_person,
    enroll_app,
    enroll_phone,
    listed,
    sign_in,
    wrong,
)
from tests.tenant.running import COMMAND, ROOT
from tests.tenant.test_journey import claims_of

PROMISED = {
    "identifier-first", "hidden-duplicate-submit", "any-sms-code-accepted", "any-otp-accepted",
    "no-mfa-for-the-mfa-audience", "administrator-list-omits-app", "mfa-grant-refused-at-authorize",
    "mfa-grant-refused-at-associate",
    "confirmation-keeps-scopes", "audience-without-slash-accepted",
}  # fmt: skip


def test_the_promised_variations_are_there() -> None:
    assert variations.known().keys() >= PROMISED


def test_each_reaches_the_tenant_that_is_composed_with_it() -> None:
    configuration = read(DEFAULT)
    for one in variations.known().values():
        tenant = Tenant(parse(configuration), "localhost:1", Clock(), Inbox(), [one])
        rules = {type(made).__name__: made for made in vars(tenant).values() if isinstance(made, Rule)}
        owner, _, decision = one.overrides.partition(".")
        varied = type(rules[owner])
        assert vars(varied)[decision] is not getattr(varied.__base__, decision), one.name


def test_the_command_lists_them() -> None:
    done = subprocess.run([*COMMAND, "variations"], cwd=ROOT, capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout)
    assert [one["name"] for one in shown] == list(variations.known())
    assert {frozenset(one) for one in shown} == {
        frozenset(("name", "kind", "sentence", "evidence", "overrides", "stops"))
    }
    assert {one["kind"] for one in shown} == {"dialect", "look", "fault"}


def test_two_of_one_decision_are_refused_and_two_of_one_class_are_not() -> None:
    with pytest.raises(variations.VariationError) as met:
        variations.find(["sms-not-sent", "sms-sent-twice"])
    assert str(met.value) == (
        "'sms-not-sent' and 'sms-sent-twice' cannot be combined: both override Messages.recipients"
    )
    assert len(variations.find(["passkey-offer", "unknown-screen"])) == 2  # looks that add a screen chain
    found = variations.find(["identifier-first", "hidden-duplicate-submit", "identifier-first"])
    assert [one.name for one in found] == ["identifier-first", "hidden-duplicate-submit"]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    refused = "'any-sms-code-acepted'; the nearest is 'any-sms-code-accepted'"
    with pytest.raises(variations.VariationError, match=refused):
        variations.find(["any-sms-code-acepted"])


def test_looks_change_the_pages_and_not_the_outcome(vary: Vary) -> None:
    tenant = vary("identifier-first", "hidden-duplicate-submit", "error-announcer", "resend-with-its-old-value")
    person, web = create_person(tenant), tenant.application("web")
    with Browser(tenant, web) as browser:
        page = browser.authorize()
        assert page.path == "/u/login/identifier"
        decoy = page.element("input", type="password", tabindex="-1")
        assert "name" not in decoy
        buttons = [one.get("class") or "" for one in page.elements("button")]
        assert "ulp-hidden-form-submit-button" in buttons[0]
        at = browser.post(page, username=person.email)
        assert at.path == "/u/login/password"
        assert at.element("input", name="username", type="text").get("id") is None
        assert browser.post(at, password="wrong").html.count("Wrong email or password") == 2
    enroll_phone(person, web)
    with Browser(tenant, web) as browser:
        at = browser.give_password(person)
        at = browser.post(at, action="resend-sms-sms")
        assert browser.redeem(browser.post(at, code=person.last_text())).status_code == 200
    assert len(tenant.texts(person.phone)) == 3


def test_dialects(vary: Vary) -> None:
    tenant = vary(
        "mfa-grant-refused-at-authorize", "confirmation-keeps-scopes", "audience-without-slash-accepted",
        "administrator-list-omits-unconfirmed",
    )  # fmt: skip
    person, web = create_person(tenant), tenant.application("web")
    token = sign_in(person, web, audience=tenant.mfa_audience.rstrip("/"))["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    assert person.factors() == []
    answer = confirm_phone(person, web, token, oob, person.last_text())
    assert answer.json()["scope"] == SCOPE
    tenant.administrator("PATCH", f"/clients/{web.client_id}", {"grant_types": ["authorization_code"]})
    with Browser(tenant, web) as browser:
        refused = browser.authorize().callback
    assert refused is not None
    assert refused["error"] == "unauthorized_client"


def test_where_a_missing_mfa_grant_is_noticed(vary: Vary) -> None:
    plain, early = vary("five-digit-sms-codes"), vary("mfa-grant-refused-at-associate")
    for tenant in (plain, early):
        web = tenant.application("web")
        tenant.administrator("PATCH", f"/clients/{web.client_id}", {"grant_types": ["authorization_code"]})
    person = create_person(plain)
    token = sign_in(person, plain.application("web"))["access_token"]
    associate_app(person, token)
    answer = confirm_app(person, plain.application("web"), token, person.app_code())
    assert (answer.status_code, answer.json()) == (
        403,
        {
            "error": "unauthorized_client",
            "error_description": "Grant type 'http://auth0.com/oauth/grant-type/mfa-otp' not allowed for the client.",
        },
    )
    assert person.confirmed() == []
    other = create_person(early)
    token = sign_in(other, early.application("web"))["access_token"]
    answer = associate(early, token, {"authenticator_types": ["otp"]})
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert listed(other, token) == []


def test_a_disabled_factor_is_neither_enrolled_nor_asked_for(vary: Vary) -> None:
    tenant = vary("five-digit-sms-codes")
    person, web = create_person(tenant), tenant.application("web")
    token = enroll_app(person, web)
    for factor in ("sms", "otp"):
        assert tenant.administrator("PUT", f"/guardian/factors/{factor}", {"enabled": False}).json() == {
            "enabled": False
        }
    answer = associate_phone(person, token)
    assert (answer.status_code, answer.json()["error"]) == (403, "unsupported_challenge_type")
    assert tenant.texts(person.phone) == []
    with Browser(tenant, web) as browser:
        assert browser.give_password(person).callback is not None


def test_faults_show(vary: Vary) -> None:
    tenant = vary(
        "any-sms-code-accepted", "any-otp-accepted", "no-mfa-for-the-mfa-audience", "administrator-list-omits-app",
        "list-shows-unconfirmed-as-active", "sms-sent-twice", "key-set-shows-another-key", "token-valid-a-day",
    )  # fmt: skip
    person, web = create_person(tenant), tenant.application("web")
    token = sign_in(person, web)
    assert token["expires_in"] == 86_400
    with pytest.raises(jwt.InvalidSignatureError):
        claims_of(tenant, token["access_token"], tenant.mfa_audience)
    oob = associate_phone(person, token["access_token"]).json()["oob_code"]
    assert len(tenant.texts(person.phone)) == 2
    assert [one["active"] for one in listed(person, token["access_token"])] == [True]
    right = person.last_text()
    assert confirm_phone(person, web, token["access_token"], oob, wrong(right)).status_code == 200
    associate_app(person, token["access_token"])
    assert confirm_app(person, web, token["access_token"], "000000").status_code == 200
    assert person.confirmed() == ["phone"]
    with Browser(tenant, web) as browser:
        assert browser.give_password(person).callback is not None


def test_a_wrong_code_that_enrolls(vary: Vary) -> None:
    tenant = vary("wrong-code-enrolls", "challenge-can-be-skipped")
    person, web = create_person(tenant), tenant.application("web")
    token = sign_in(person, web)["access_token"]
    oob = associate_phone(person, token).json()["oob_code"]
    assert confirm_phone(person, web, token, oob, wrong(person.last_text())).status_code == 403
    assert person.confirmed() == ["phone"]
    with Browser(tenant, web) as browser:
        at = browser.give_password(person)
        assert at.path == "/u/mfa-sms-challenge"
        state = at.element("input", name="state")["value"]
        assert browser.get(f"/authorize/resume?state={state}").callback is not None
