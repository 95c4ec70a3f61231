"""`POST /mfa/challenge`, and the factors beside SMS and authenticator apps: voice call, email and push.

Facts: AF-CHAL-01, AF-CHAL-02, AF-CHAL-04.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tenant.arranged import Arranged
from tests.tenant.client import Refusal, refusal, tokens_of


@pytest.fixture
def it() -> Arranged:
    return Arranged()


def kinds(it: Arranged) -> list[tuple[str, object, object]]:
    """Return kind, channel and activity of the user's authenticators."""
    own = it.mary.authenticators(it.access_token)
    return [(str(one["id"]).partition("|")[0], one.get("oob_channel"), one["active"]) for one in own]


def test_a_phone_is_challenged_by_sms_and_by_voice_call(it: Arranged) -> None:
    it.enrolled()
    sms, voice, _ = [str(one["id"]) for one in it.mary.authenticators(it.access_token)]
    assert sms.removeprefix("sms|") == voice.removeprefix("voice|")
    for authenticator in (sms, voice):
        body = tokens_of(it.challenge(challenge_type="oob", authenticator_id=authenticator))
        assert (set(body), body["challenge_type"], body["binding_method"]) == (
            {"challenge_type", "oob_code", "binding_method"}, "oob", "prompt",
        )  # fmt: skip
        assert body["oob_code"].startswith("Fe26.2*")
        assert it.confirm(mfa_token=it.mfa_token, oob_code=body["oob_code"]).status_code == 200
    bodies = [one["body"] for one in it.messages(it.mary.phone)]
    assert "Hello. Your verification code" in bodies[-1] and "Hello" not in bodies[-2]


def test_an_app_is_challenged_without_a_message(it: Arranged) -> None:
    assert it.with_app().otp().status_code == 200
    for wanted in ({"challenge_type": "otp"}, {}, {"challenge_type": "oob otp"}):
        assert it.challenge(**wanted).json() == {"challenge_type": "otp"}
    assert refusal(it.challenge(challenge_type="oob"))[2].endswith("Supported type: otp")


def test_sms_and_voice_call_are_enrolled_together(it: Arranged) -> None:
    started = tokens_of(it.start("voice"))
    assert started["oob_channel"] == "voice"
    assert kinds(it) == [("voice", "voice", False), ("sms", "sms", False), ("recovery-code", None, False)]
    assert it.confirm(oob_code=started["oob_code"]).status_code == 200
    assert [active for *_, active in kinds(it)] == [True, True, True]
    (phone,) = [one for one in it.mary.methods() if one["type"] == "phone"]
    assert sorted(one["type"] for one in phone["authentication_methods"]) == ["sms", "voice"]
    assert it.mary.remove(it.access_token, it.mary.authenticators(it.access_token)[1]["id"]).status_code == 204
    assert it.mary.authenticators(it.access_token) == []


def test_an_email_address_is_enrolled_and_challenged_beside_another_factor(it: Arranged) -> None:
    assert it.started("email").confirm(binding_code=it.mary.email_code()).status_code == 200
    (email, _) = it.mary.authenticators(it.access_token)
    assert (email["oob_channel"], email["type"], email["name"]) == ("email", "email", "****@exam********")
    elsewhere = f"second-{it.mary.email}"
    started = it.start("email", email=elsewhere).json()
    assert (started["oob_channel"], started["binding_method"]) == ("email", "prompt")
    code = it.mary.email_code(elsewhere)
    assert it.confirm(oob_code=started["oob_code"], binding_code=code).status_code == 200
    assert refusal(it.challenge())[1] == "unsupported_challenge_type"
    assert it.with_app().otp().status_code == 200
    oob_code = tokens_of(it.challenge(authenticator_id=str(email["id"])))["oob_code"]
    code = it.mary.email_code()
    assert it.confirm(mfa_token=it.mfa_token, oob_code=oob_code, binding_code=code).status_code == 200


def test_a_verified_email_address_is_listed_and_cannot_be_removed(it: Arranged) -> None:
    it.changed("PATCH", f"/users/{it.mary.user_id}", {"email_verified": True})
    (email,) = it.mary.authenticators(it.access_token)
    assert (email["active"], email["oob_channel"]) == (True, "email")
    assert refusal(it.mary.remove(it.access_token, email["id"]))[:2] == (403, "access_denied")
    assert it.mary.authenticators(it.access_token) == [email]
    with it.browser(it.web) as browser:
        assert browser.give_password(it.mary).callback is not None, "an email address alone is no factor"


def push(it: Arranged) -> Refusal:
    return refusal(it.confirm(binding_code=""))


def answer_push(it: Arranged, **answer: object) -> tuple[int, str]:
    """Answer a push notification through the test controls."""
    response = it.controls("POST", "/pushes", answer)
    return response.status_code, response.json()["error"] if response.content else ""


def test_a_push_notification_enrolls_and_answers_a_challenge(it: Arranged) -> None:
    response = tokens_of(it.start("auth0"))
    assert set(response) == {"authenticator_type", "barcode_uri", "oob_channel", "oob_code", "recovery_codes"}
    uri = urlsplit(str(response["barcode_uri"]))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert uri.path == f"/Local%20Tenant:{it.mary.email.replace('@', '%40')}"
    assert list(parse_qs(uri.query)) == ["enrollment_tx_id", "base_url"]
    it.oob, mary = response["oob_code"], it.mary.user_id
    assert [push(it)[1], push(it)[1]] == ["authorization_pending", "slow_down"]
    assert push(it.later(5))[1] == "authorization_pending"
    assert answer_push(it, user_id=mary, allow=True) == (204, "")
    assert answer_push(it, user_id=mary, allow=True) == (404, f"no pending push for the user {mary!r}")
    assert answer_push(it, user_id=mary) == (400, "allow: expected true or false")
    assert answer_push(it, allow=True)[0] == 400
    assert it.confirm(binding_code="").status_code == 200
    assert push(it) == (400, "access_denied", "MFA Authorization rejected.")
    own = it.mary.authenticators(it.access_token)
    assert kinds(it) == [("push", own[0].get("oob_channel"), True), ("recovery-code", None, True), ("totp", None, True)]
    assert own[0]["id"].partition("|")[2] == own[2]["id"].partition("|")[2]
    challenge = tokens_of(it.challenge(challenge_type="oob", authenticator_id=own[0]["id"]))
    assert set(challenge) == {"challenge_type", "oob_code"}
    assert answer_push(it, user_id=mary, allow=True)[0] == 204
    confirmed = it.confirm(binding_code="", mfa_token=it.mfa_token, oob_code=challenge["oob_code"])
    assert confirmed.status_code == 200
    assert it.mary.remove(it.access_token, own[2]["id"]).status_code == 204
    assert it.mary.authenticators(it.access_token) == []


def test_a_denied_push_notification_enrolls_nothing_and_is_logged(it: Arranged) -> None:
    it.started("auth0")
    assert answer_push(it, user_id=it.mary.user_id, allow=False)[0] == 204
    assert push(it)[1] == "access_denied"
    assert it.mary.confirmed() == []
    logged = it.manage("GET", f"/users/{it.mary.user_id}/logs")
    (denied,) = [event for event in logged if event["type"] == "gd_auth_rejected"]
    assert (denied["client_id"], denied["details"]["authenticator"]["type"]) == (it.spa.client_id, "push")
