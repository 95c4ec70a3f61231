"""Variations: each can be found and combined, stands on the page about the local tenant, and has its effect."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

import jwt
import pyotp
import pytest

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.rules import Rule
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import parse
from phone_inbox import Inbox
from tests.tenant.arranged import Arranged
from tests.tenant.browser import Page
from tests.tenant.client import COMMAND, ROOT, SCOPE, refusal, tokens_of, wrong
from tests.tenant.in_process import DEFAULT
from tests.tenant.refusals import TABLE

PAGE = (ROOT / "docs" / "local-tenant.md").read_text(encoding="utf-8")
ROWS = dict(
    re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("## Decisions and their variations")[2], re.MULTILINE)
)
"""The decisions of each class of rules."""


def composed(*chosen: Any) -> dict[str, Rule]:
    """Return the rules of a tenant with these variations, by the names of their classes."""
    tenant = Tenant(parse(DEFAULT), "localhost:1", Clock(), Inbox(), list(chosen))
    return {type(made).__name__: made for made in vars(tenant).values() if isinstance(made, Rule)}


def test_each_overrides_its_decision() -> None:
    for one in variations.known().values():
        owner, _, decision = one.overrides.partition(".")
        varied = type(composed(one)[owner])
        assert vars(varied)[decision] is not getattr(varied.__base__, decision), one.name


def test_the_command_lists_them() -> None:
    done = subprocess.run([*COMMAND, "variations"], cwd=ROOT, capture_output=True, text=True, check=True)
    shown = json.loads(done.stdout)
    assert [one["name"] for one in shown] == list(variations.known())
    assert {frozenset(one) for one in shown} == {
        frozenset(("name", "kind", "sentence", "evidence", "overrides", "stops"))
    }
    assert {one["kind"] for one in shown} == {"dialect", "look", "fault"}


def test_two_that_override_one_decision_are_refused() -> None:
    with pytest.raises(variations.VariationError) as met:
        variations.find(["sms-not-sent", "sms-sent-twice"])
    assert str(met.value) == (
        "'sms-not-sent' and 'sms-sent-twice' cannot be combined: both override Messages.recipients"
    )
    assert len(variations.find(["passkey-offer", "unknown-screen"])) == 2  # looks that add a screen are combined
    found = variations.find(["identifier-first", "hidden-duplicate-submit", "identifier-first"])
    assert [one.name for one in found] == ["identifier-first", "hidden-duplicate-submit"]


def test_the_error_for_an_unknown_name_shows_the_nearest() -> None:
    message = "'any-sms-code-acepted'; the nearest is 'any-sms-code-accepted'"
    with pytest.raises(variations.VariationError, match=message):
        variations.find(["any-sms-code-acepted"])


def test_the_page_shows_each_variation_once_in_the_row_of_its_rules() -> None:
    written = [
        (name, rules)
        for rules, decisions in ROWS.items()
        for names in re.findall(r" → (.*?)(?:<br>|$)", decisions)
        for name in re.findall(r"`([a-z0-9-]+)`", names)
    ]
    assert sorted(written) == sorted((one.name, one.overrides.partition(".")[0]) for one in variations.known().values())
    assert ROWS.keys() <= composed().keys()


def test_the_examples_of_the_page_are_rows_of_the_table() -> None:
    (examples,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    table = (ROOT / "local_tenant" / "variations" / "codes.py").read_text(encoding="utf-8")
    assert [example for example in examples.split("\n\n\n") if example.strip() not in table] == []


def challenged(it: Arranged) -> Page:
    """Enroll a phone, sign in with the password, and return the page of the MFA challenge."""
    return it.enrolled().window.give_password(it.mary)


def listed(it: Arranged) -> dict[str, object]:
    """Return the user's own first authenticator."""
    return it.mary.authenticators(it.access_token)[0]


def scope(it: Arranged) -> str:
    """Return the scopes of a confirmation."""
    return str(tokens_of(it.started().confirm())["scope"])


def without_grant(it: Arranged) -> Arranged:
    it.access_token  # noqa: B018  # issued before
    it.change(it.spa, grant_types=["authorization_code"])
    return it


def next_otp(it: Arranged) -> str:
    return pyotp.TOTP(it.with_app().mary.secret).at(it.mary.tenant.now() + 30)


def wrong_key(it: Arranged) -> bool:
    with pytest.raises(jwt.InvalidSignatureError):
        it.claims(it.access_token, it.mfa_audience)
    return True


def without_cors(it: Arranged) -> bool:
    it.change(it.spa, web_origins=["https://other.test"])
    response = it.http.options(it.url("/oauth/token"), headers={"Origin": "https://other.test"})
    return "Access-Control-Allow-Origin" not in response.headers


def locked_after_five(it: Arranged) -> bool:
    it.started().after(5, lambda it: it.confirm(binding_code="wrong"))
    locked = [it.confirm().status_code, it.later(59).confirm().status_code]
    return [*locked, it.later(1).confirm().status_code] == [403, 403, 200]


def newer_token_enrolls(it: Arranged) -> bool:
    it.access_token  # noqa: B018  # issued before the factor
    old = it.later(2).enrolled().start().status_code
    return (old, it.later(2).mary.associate(it.mary.mfa_access_token(it.spa)).status_code) == (403, 200)


EFFECTS: dict[str, Callable[[Arranged], bool]] = {
    "access-token-refused-as-mfa-token": lambda it: "Malformed" in it.with_app().otp(otp="x").text,
    "administrator-list-omits-app": lambda it: (it.with_app().otp(), "totp" not in it.mary.confirmed())[1],
    "administrator-list-omits-unconfirmed": lambda it: it.started().mary.methods() == [],
    "any-otp-accepted": lambda it: it.with_app().otp(otp=wrong(it.mary.app_code())).status_code == 200,
    "any-sms-code-accepted": lambda it: it.started().confirm(binding_code=wrong(it.mary.sms_code())).status_code == 200,
    "associate-requires-client-authentication": lambda it: it.start().status_code == 401,
    "audience-without-slash-accepted": lambda it: it.authorize(audience=it.url("/mfa")).callback is None,
    "challenge-can-be-skipped": lambda it: it.window.get(
        f"/authorize/resume?state={challenged(it).state}"
    ).callback is not None,
    "challenge-takes-access-token": lambda it: it.enrolled().challenge(mfa_token=it.access_token).status_code == 200,
    "confirmation-ends-the-presented-token": lambda it: it.enrolled().start().status_code == 401,
    "confirmation-grants-openid-profile": lambda it: scope(it) == "openid profile",
    "confirmation-keeps-scopes": lambda it: scope(it) == SCOPE,
    "confirmation-returns-the-presented-token": lambda it: (
        tokens_of(it.started().confirm())["access_token"] == it.access_token
    ),
    "decline-with-its-old-value": lambda it: any(
        one["value"] == "decline" for one in it.window.give_password(it.mary, prompt="consent").elements("button")
    ),
    "five-wrong-codes-in-five-minutes": locked_after_five,
    "five-digit-sms-codes": lambda it: len(it.started().mary.sms_code()) == 5,
    "key-set-shows-another-key": wrong_key,
    "list-says-oob-channels": lambda it: "oob_channels" in listed(it.started()),
    "list-shows-unconfirmed-as-active": lambda it: bool(listed(it.started())["active"]),
    "list-without-type": lambda it: "type" not in listed(it.started()),
    "mask-shows-the-beginning": lambda it: str(listed(it.started())["name"]).startswith(it.mary.phone[:5]),
    "mfa-grant-refused-at-associate": lambda it: without_grant(it).start().status_code == 403,
    "mfa-grant-refused-at-authorize": lambda it: without_grant(it).authorize().callback is not None,
    "mfa-required-whatever-the-policy": lambda it: it.enrolled().password().status_code == 403,
    "mfa-required-without-requirements": lambda it: "mfa_requirements" not in it.with_policy().password().json(),
    "mfa-token-enrolls-a-second-factor": lambda it: it.enrolled().mary.associate(it.mfa_token).status_code == 200,
    "mfa-token-removes-confirmed-factors": lambda it: (
        it.mary.remove(it.enrolled().mfa_token, listed(it)["id"]).status_code == 204
    ),
    "mfa-token-valid-five-minutes": lambda it: (
        [it.mfa_token, refusal(it.later(299).challenge())[1], refusal(it.later(1).challenge())[1]][1:]
        == ["unsupported_challenge_type", "expired_token"]
    ),
    "missing-token-as-invalid-grant": lambda it: (
        refusal(it.mfa("GET", "/authenticators", None))[1] == "invalid_grant"
    ),
    "next-otp-accepted": lambda it: it.otp(otp=next_otp(it)).status_code == 200,
    "no-cors-for-web-origins": without_cors,
    "no-mfa-for-the-mfa-audience": lambda it: challenged(it).callback is not None,
    "recovery-codes-empty-instead-of-absent": lambda it: it.started().start().json().get("recovery_codes") == [],
    "refresh-token-not-rotated": lambda it: it.refresh().json()["refresh_token"] == it.refresh_token,
    "resend-with-its-old-value": lambda it: any(
        one.get("value") == "resend-sms-sms" for one in challenged(it).elements("button")
    ),
    "secret-of-a-public-application-refused": lambda it: it.password(client_secret="surplus").status_code == 401,
    "sms-sent-twice": lambda it: len(it.started().messages(it.mary.phone)) == 2,
    "token-older-than-the-first-factor-refused": newer_token_enrolls,
    "token-valid-a-day": lambda it: it.mary.sign_in(it.spa)["expires_in"] == 86_400,
    "unsupported-challenge-type-with-403": lambda it: (
        it.enrolled().challenge(challenge_type="otp").status_code == 403
    ),
    "used-refresh-token-accepted": lambda it: it.after(1, Arranged.refresh).refresh().status_code == 200,
    "wrong-code-enrolls": lambda it: (
        it.started().confirm(binding_code="wrong"), "phone" in it.mary.confirmed()
    )[1],
}  # fmt: skip
"""What is true with a variation, and false without it."""


@pytest.mark.parametrize("name", EFFECTS)
def test_a_variation_has_its_effect(name: str) -> None:
    assert EFFECTS[name](Arranged(vary=[name]))


@pytest.mark.parametrize("name", [name for name in EFFECTS if name != "key-set-shows-another-key"])
def test_the_tenant_without_a_variation_has_not_its_effect(name: str) -> None:
    assert not EFFECTS[name](Arranged())


def test_the_effect_of_every_dialect_is_shown() -> None:
    dialects = {name for name, one in variations.known().items() if one.kind == "dialect"}
    assert dialects - EFFECTS.keys() == {name for case in TABLE.values() for name in case.vary}


def test_an_enrollment_authenticates_the_application_of_the_token() -> None:
    it = Arranged(vary=["associate-requires-client-authentication"])
    token = it.mary.mfa_access_token(it.web)
    refused = (401, "access_denied", "Unauthorized")
    assert refusal(it.mary.associate(token, client_id=it.web.client_id)) == refused
    assert refusal(it.mary.associate(token, **it.spa.body())) == refused
    assert it.mary.associate(token, **it.web.body()).status_code == 200


def test_a_token_that_a_confirmation_ended_is_valid_again_after_a_new_sign_in() -> None:
    """The clock stands, so the new sign-in issues the same token."""
    it = Arranged(vary=["confirmation-ends-the-presented-token"])
    new = tokens_of(it.started().confirm())["access_token"]
    assert refusal(it.otp(otp="x")) == (403, "invalid_grant", "Malformed mfa_token")
    assert it.mfa("GET", "/authenticators", new).status_code == 200
    assert it.mary.mfa_access_token(it.spa) == it.access_token
    assert it.start().status_code == 200
