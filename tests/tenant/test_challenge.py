"""`POST /mfa/challenge`, and the factors beside texts and apps: voice, e-mail, push (contract, 5, 6)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from local_tenant.errors import (
    OOB_CODE_EXPIRED,
    OOB_CODE_OF_ANOTHER,
    PUSH_PENDING,
    PUSH_REJECTED,
    PUSH_TOO_FAST,
)
from local_tenant.rules.mfa_access import Bearer
from local_tenant.rules.tokens import Order
from local_tenant.tenant import Tenant as Rules
from local_tenant.tenant_file import DEFAULT, parse, read
from tests.tenant.client import OOB, SCOPE, Application, Tenant, User, refusal, tokens_of
from tests.tenant.running import factors_on
from tests.tenant.test_time import Scene, refused


@pytest.fixture
def ada(full: Tenant) -> User:
    return full.user()


@pytest.fixture
def web(full: Tenant) -> Application:
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
    said = [one["body"] for one in ada.tenant.texts(ada.phone)]
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


def test_who_asks_for_a_challenge(ada: User, web: Application) -> None:
    token = ada.mfa_token(web)
    assert refusal(ada.challenge(web, token, challenge_type="otp")) == (
        401, "unsupported_challenge_type",
        "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator.",
    )  # fmt: skip
    assert refusal(ada.challenge(web, "", challenge_type="otp")) == (
        400, "invalid_request", "Missing required parameter: mfa_token",
    )  # fmt: skip
    assert refusal(ada.challenge(web, "Fe26.2*x")) == (403, "invalid_grant", "Malformed mfa_token")
    access_token = ada.sign_in(web)["access_token"]
    assert refusal(ada.challenge(web, access_token)) == (403, "invalid_grant", "Malformed mfa_token")
    nobody = ada.tenant.http.post(ada.tenant.url("/mfa/challenge"), json={"mfa_token": token})
    assert refusal(nobody) == (401, "access_denied", "Unauthorized")
    assert refusal(ada.challenge(ada.tenant.application("spa"), token)) == (
        400, "invalid_request", "mfa_token not issued to this client",
    )  # fmt: skip
    ada.enroll_first("sms", web)
    assert refusal(ada.challenge(web, token, authenticator_id="sms|dev_another"))[:2] == (400, "invalid_request")
    assert ada.tenant.http.post(ada.tenant.url("/mfa/challenge"), data="[]").status_code == 400


def test_the_eleventh_text_of_an_hour_is_not_sent(ada: User, web: Application) -> None:
    ada.enroll_first("sms", web)
    token = ada.mfa_token(web)
    for number in range(9):
        by_text_or_call = str(ada.authenticators(token)[number % 2]["id"])
        assert ada.challenge(web, token, authenticator_id=by_text_or_call).status_code == 200
    assert refusal(ada.challenge(web, token, challenge_type="oob"))[:2] == (429, "too_many_requests")


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


def test_calls_are_off_unless_the_message_types_say_so(tenant: Tenant, user: User) -> None:
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
    ada.tenant.api("PATCH", f"/users/{ada.user_id}", {"email_verified": True})
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
    assert for_mfa["scope"] == MFA  # an address alone is not asked for


class Everything(Scene):
    """A tenant with every factor, and the opaque token of a user without any."""

    def __init__(self) -> None:
        super().__init__()
        text = factors_on(read(DEFAULT))
        self.tenant = Rules(parse(text), "localhost:1", self.clock, self.inbox, [])
        self.user = self.tenant.people.create("mary@example.test", "Correct-Horse-9")
        self.application = self.tenant.configuration.applications["web"]
        self.bearer = self.opaque()

    def opaque(self) -> Bearer:
        order = Order(self.user, self.application, None, ["openid"])
        return self.tenant.mfa_access.present(self.tenant.mfa_tokens.issue(order), None, self.application)

    def begin_push(self) -> str:
        return str(self.tenant.other_enrolments.associate_push(self.bearer)["oob_code"])


def test_a_push_waits_for_its_answer_and_brings_the_app() -> None:
    scene = Everything()
    answer = scene.tenant.other_enrolments.associate_push(scene.bearer)
    assert set(answer) == {"authenticator_type", "barcode_uri", "oob_channel", "oob_code", "recovery_codes"}
    uri = urlsplit(str(answer["barcode_uri"]))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Local%20Tenant:mary%40example.test")
    assert list(parse_qs(uri.query)) == ["enrollment_tx_id", "base_url"]
    confirm, oob = scene.tenant.enrolment.confirm_phone, str(answer["oob_code"])
    refused(PUSH_PENDING, confirm, scene.bearer, oob, None)
    refused(PUSH_TOO_FAST, confirm, scene.bearer, oob, None)
    scene.clock.offset += 5
    refused(PUSH_PENDING, confirm, scene.bearer, oob, None)
    assert scene.tenant.pushes.answer(scene.user.user_id, allow=True)
    assert not scene.tenant.pushes.answer(scene.user.user_id, allow=True)
    refused(OOB_CODE_OF_ANOTHER, confirm, scene.opaque(), oob, None)
    assert "access_token" in confirm(scene.bearer, oob, None)
    refused(PUSH_REJECTED, confirm, scene.bearer, oob, None)
    own = scene.tenant.authenticators.of(scene.user)
    assert [one.kind for one in own] == ["push", "recovery-code", "totp"]
    assert own[0].device == own[2].device
    assert all(scene.tenant.authenticators.is_confirmed(one) for one in own)
    bearer = scene.opaque()
    asked = scene.tenant.challenges.begin(bearer, ["oob"], own[0].id)
    assert set(asked) == {"challenge_type", "oob_code"}
    assert scene.tenant.pushes.answer(scene.user.user_id, allow=True)
    assert "access_token" in confirm(bearer, str(asked["oob_code"]), None)
    scene.tenant.authenticators.remove(own[2])
    assert scene.tenant.authenticators.of(scene.user) == []


def test_a_push_that_was_denied_or_came_too_late() -> None:
    scene = Everything()
    confirm, denied = scene.tenant.enrolment.confirm_phone, scene.begin_push()
    assert scene.tenant.pushes.answer(scene.user.user_id, allow=False)
    refused(PUSH_REJECTED, confirm, scene.bearer, denied, None)
    late = scene.begin_push()
    scene.clock.offset += 300
    assert not scene.tenant.pushes.answer(scene.user.user_id, allow=True)
    refused(OOB_CODE_EXPIRED, confirm, scene.bearer, late, None)
    assert not scene.tenant.second_factor.is_enrolled(scene.user)


def test_pushes_are_answered_through_the_control_api(ada: User, web: Application) -> None:
    def answer(**order: object) -> tuple[int, str]:
        answered = ada.tenant.control("POST", "/pushes", order)
        return answered.status_code, answered.json()["error"] if answered.content else ""

    token = ada.mfa_token(web)
    assert answer(user_id=ada.user_id, allow=True) == (404, f"no push waits for an answer of {ada.user_id!r}")
    oob = ada.associate(token, "auth0").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob)
    pending = (400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds.")
    assert refusal(ada.tenant.token(body)) == pending
    assert refusal(ada.tenant.token(body))[:2] == (400, "slow_down")
    assert answer(user_id=ada.user_id) == (400, "allow: expected true or false")
    assert answer(allow=True) == (400, "user_id: expected the id of the user who answers")
    assert answer(user_id=ada.user_id, allow=True) == (204, "")
    assert ada.tenant.token(body).status_code == 200
    again = ada.mfa_token(web)
    oob = ada.challenge(web, again, challenge_type="oob").json()["oob_code"]
    assert answer(user_id=ada.user_id, allow=False) == (204, "")
    assert refusal(ada.tenant.token(web.body(grant_type=OOB, mfa_token=again, oob_code=oob))) == (
        400, "access_denied", "MFA Authorization rejected.",
    )  # fmt: skip
    logged = ada.tenant.api("GET", f"/users/{ada.user_id}/logs").json()
    (rejected,) = [event for event in logged if event["type"] == "gd_auth_rejected"]
    assert (rejected["client_id"], rejected["details"]["authenticator"]["type"]) == (web.client_id, "push")
