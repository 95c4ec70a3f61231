"""`POST /mfa/challenge`, and the factors beside SMS and apps: voice, email, push.

Facts: AF-CHAL-01, AF-CHAL-02, AF-CHAL-04.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.tenant.arranged import Arranged
from tests.tenant.client import OOB, SCOPE, Application, LocalTenant, Refusal, User, refusal, tokens_of


@pytest.fixture
def ada(full: LocalTenant) -> User:
    return full.user()


@pytest.fixture
def web(full: LocalTenant) -> Application:
    return full.application("web")


def kinds(user: User, token: str) -> list[tuple[str, object, object]]:
    """Kind, channel and activity of what is listed."""
    return [
        (str(one["id"]).partition("|")[0], one.get("oob_channel"), one["active"]) for one in user.authenticators(token)
    ]


def test_a_phone_is_challenged_by_text_and_by_call(ada: User, web: Application) -> None:
    ada.enroll_first("sms", web)
    token = ada.mfa_token(web)
    text, voice, _ = [str(one["id"]) for one in ada.authenticators(token)]
    assert text.removeprefix("sms|") == voice.removeprefix("voice|")
    for authenticator in (text, voice):
        answer = ada.challenge(web, token, challenge_type="oob", authenticator_id=authenticator)
        body = tokens_of(answer)
        assert (set(body), body["challenge_type"], body["binding_method"]) == (
            {"challenge_type", "oob_code", "binding_method"}, "oob", "prompt",
        )  # fmt: skip
        assert body["oob_code"].startswith("Fe26.2*")
        code = ada.sms_code()
        assert ada.confirm(web, token, body["oob_code"], code).status_code == 200
    said = [one["body"] for one in ada.tenant.messages(ada.phone)]
    assert "Hello. Your verification code" in said[-1] and "Hello" not in said[-2]


def test_an_app_is_challenged_with_nothing_sent(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    ada.associate_app(token)
    assert ada.confirm_app(web, token, ada.app_code()).status_code == 200
    again = ada.mfa_token(web)
    assert ada.challenge(web, again, challenge_type="otp").json() == {"challenge_type": "otp"}
    assert ada.challenge(web, again).json() == {"challenge_type": "otp"}
    assert ada.challenge(web, again, challenge_type="oob otp").json() == {"challenge_type": "otp"}
    assert refusal(ada.challenge(web, again, challenge_type="oob")) == (
        401, "unsupported_challenge_type",
        "The user does not support the requested challenge type (oob). Supported type: otp",
    )  # fmt: skip
    assert refusal(ada.challenge(web, again, challenge_type="sms")) == (
        401, "unsupported_challenge_type", "No matching challenge_type for provider guardian",
    )  # fmt: skip


def test_texts_and_calls_are_a_pair(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    answer = ada.associate(token, "voice")
    assert answer.json()["oob_channel"] == "voice"
    assert kinds(ada, token) == [("voice", "voice", False), ("sms", "sms", False), ("recovery-code", None, False)]
    begun = ada.confirm(web, token, answer.json()["oob_code"], ada.sms_code())
    assert begun.status_code == 200
    assert [active for *_, active in kinds(ada, token)] == [True, True, True]
    (phone,) = [one for one in ada.methods() if one["type"] == "phone"]
    methods = phone["authentication_methods"]
    assert isinstance(methods, list) and sorted(one["type"] for one in methods) == ["sms", "voice"]
    assert ada.remove(token, ada.authenticators(token)[1]["id"]).status_code == 204
    assert ada.authenticators(token) == []


def test_calls_are_off_unless_the_message_types_say_so(tenant: LocalTenant, user: User) -> None:
    token = user.sign_in(tenant.application("web"))["access_token"]
    assert refusal(user.associate(token, "voice")) == (
        403, "unsupported_challenge_type", "The factor voice is not enabled for this tenant.",
    )  # fmt: skip
    for channel, factor in (("email", "email"), ("auth0", "push-notification")):
        assert refusal(user.associate(token, channel)) == (
            403, "unsupported_challenge_type", f"The factor {factor} is not enabled for this tenant.",
        )  # fmt: skip
    user.enroll("sms", tenant.application("web"))
    assert [one["type"] for one in user.authenticators(token)] == ["phone"]


def test_an_address_is_enrolled_and_needs_another_factor(ada: User, web: Application) -> None:
    ada.enroll_first("email", web, scope="openid")
    token = ada.mfa_token(web)
    (email, _) = ada.authenticators(token)
    assert (email["oob_channel"], email["type"], email["name"]) == ("email", "email", "****@exam********")
    elsewhere = f"second-{ada.email}"
    begun = ada.associate(token, "email", email=elsewhere).json()
    assert (begun["oob_channel"], begun["binding_method"]) == ("email", "prompt")
    assert ada.confirm(web, token, begun["oob_code"], ada.sms_code(elsewhere)).status_code == 200
    for bad in ("nobody", "a@b", ""):
        assert refusal(ada.associate(token, "email", email=bad)) == (
            400, "invalid_request", "The email address is invalid.",
        )  # fmt: skip
    assert refusal(ada.challenge(web, token))[1:2] == ("unsupported_challenge_type",)
    ada.associate_app(token)
    assert ada.confirm_app(web, token, ada.app_code()).status_code == 200
    again = ada.mfa_token(web)
    asked = tokens_of(ada.challenge(web, again, authenticator_id=str(email["id"])))
    assert ada.confirm(web, again, asked["oob_code"], ada.email_code()).status_code == 200


def test_a_verified_address_is_listed_and_stays(ada: User, web: Application) -> None:
    ada.tenant.management("PATCH", f"/users/{ada.user_id}", {"email_verified": True})
    token = ada.mfa_token(web)
    (email,) = ada.authenticators(token)
    assert (email["active"], email["oob_channel"]) == (True, "email")
    assert ada.authenticators(token) == [email]
    assert refusal(ada.remove(token, email["id"])) == (
        403,
        "access_denied",
        "This authenticator cannot be removed here.",
    )
    for_mfa = ada.sign_in(web, scope=SCOPE)
    assert for_mfa["scope"] == SCOPE  # an address alone is not asked for


def push(it: Arranged) -> Refusal:
    return refusal(it.confirm(binding_code=""))


def answer_push(it: Arranged, *, allow: bool) -> int:
    return it.controls("POST", "/pushes", {"user_id": it.mary.user_id, "allow": allow}).status_code


def test_a_push_waits_for_its_answer_and_brings_the_app() -> None:
    it = Arranged()
    answer = tokens_of(it.start("auth0"))
    assert set(answer) == {"authenticator_type", "barcode_uri", "oob_channel", "oob_code", "recovery_codes"}
    uri = urlsplit(str(answer["barcode_uri"]))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert uri.path == f"/Local%20Tenant:{it.mary.email.replace('@', '%40')}"
    assert list(parse_qs(uri.query)) == ["enrollment_tx_id", "base_url"]
    it.oob = answer["oob_code"]
    assert [push(it)[1], push(it)[1]] == ["authorization_pending", "slow_down"]
    assert push(it.later(5))[1] == "authorization_pending"
    assert [answer_push(it, allow=True), answer_push(it, allow=True)] == [204, 404]
    assert it.confirm(binding_code="").status_code == 200
    assert push(it) == (400, "access_denied", "MFA Authorization rejected.")
    own = it.mary.authenticators(it.access_token)
    assert [(one["id"].partition("|")[0], one["active"]) for one in own] == [
        ("push", True), ("recovery-code", True), ("totp", True),
    ]  # fmt: skip
    assert own[0]["id"].partition("|")[2] == own[2]["id"].partition("|")[2]
    asked = tokens_of(it.challenge(challenge_type="oob", authenticator_id=own[0]["id"]))
    assert set(asked) == {"challenge_type", "oob_code"}
    assert answer_push(it, allow=True) == 204
    assert it.confirm(binding_code="", mfa_token=it.mfa_token, oob_code=asked["oob_code"]).status_code == 200
    assert it.mary.remove(it.access_token, own[2]["id"]).status_code == 204
    assert it.mary.authenticators(it.access_token) == []


def test_a_push_that_was_denied_enrolls_nothing() -> None:
    it = Arranged().started("auth0")
    assert answer_push(it, allow=False) == 204
    assert push(it)[1] == "access_denied"
    assert it.mary.confirmed() == []


def test_pushes_are_answered_through_the_control_api(ada: User, web: Application) -> None:
    def answer(**order: object) -> tuple[int, str]:
        answered = ada.tenant.controls("POST", "/pushes", order)
        return answered.status_code, answered.json()["error"] if answered.content else ""

    token = ada.mfa_token(web)
    assert answer(user_id=ada.user_id, allow=True) == (404, f"no pending push for the user {ada.user_id!r}")
    oob = ada.associate(token, "auth0").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob)
    pending = (400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.")
    assert refusal(ada.tenant.token(body)) == pending
    assert refusal(ada.tenant.token(body))[:2] == (400, "slow_down")
    assert answer(user_id=ada.user_id) == (400, "allow: expected true or false")
    assert answer(allow=True) == (400, "user_id: expected the id of the user who answers the push")
    assert answer(user_id=ada.user_id, allow=True) == (204, "")
    assert ada.tenant.token(body).status_code == 200
    again = ada.mfa_token(web)
    oob = ada.challenge(web, again, challenge_type="oob").json()["oob_code"]
    assert answer(user_id=ada.user_id, allow=False) == (204, "")
    assert refusal(ada.tenant.token(web.body(grant_type=OOB, mfa_token=again, oob_code=oob))) == (
        400, "access_denied", "MFA Authorization rejected.",
    )  # fmt: skip
    logged = ada.tenant.management("GET", f"/users/{ada.user_id}/logs").json()
    (rejected,) = [event for event in logged if event["type"] == "gd_auth_rejected"]
    assert (rejected["client_id"], rejected["details"]["authenticator"]["type"]) == (web.client_id, "push")
