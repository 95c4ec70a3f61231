"""The refusals of the contract's sections 3.6, 4.5, 5 and 6, a row each, to be read beside it: status and body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local_tenant.model import Order
from local_tenant.rules import grants
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from local_tenant.trouble import Trouble
from local_tenant.web.app import tenant_app
from tests.tenant.asking import factors_on
from tests.tenant.driving import PASSWORD, SCOPE
from tests.tenant.test_time import NUMBER, Scene

UNSUPPORTED = "unsupported_challenge_type"
INVALID_TOKEN = (401, "invalid_grant", "The mfa_token provided is invalid. Try getting a new token.")
PHONE = {"authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": NUMBER}
APP = {"authenticator_types": ["otp"]}


class Caller(Scene):
    """A person at a tenant with every factor on, and an application that asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = Tenant(parse(factors_on(read(DEFAULT))), "localhost:1", self.clock, self.inbox, [])
        self.person = self.tenant.people.create("mary@example.test", PASSWORD)
        self.spa, self.other = (self.tenant.configuration.applications[role] for role in ("spa", "other"))
        self.browser: FlaskClient = tenant_app(self.tenant).test_client()
        order = Order(self.person, self.spa, None, ["openid"])
        self.opaque = self.tenant.mfa_tokens.issue(order)
        self.jwt = self.access_token(SCOPE)

    def access_token(self, scope: str, audience: str | None = None) -> str:
        audience = audience or self.tenant.audiences.mfa()
        return self.tenant.tokens.access_token(
            Order(self.person, self.spa, audience, scope.split(), second_factor=True)
        )

    def token(self, grant: str, **given: str) -> TestResponse:
        body = {"client_id": self.spa.client_id, "grant_type": grant, "mfa_token": self.jwt} | given
        return self.browser.post("/oauth/token", json={name: value for name, value in body.items() if value})

    def associate(self, body: object, token: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {token or self.jwt}"}
        return self.browser.post("/mfa/associate", json=body, headers=headers)

    def challenge(self, **given: str) -> TestResponse:
        body = {"client_id": self.spa.client_id, "mfa_token": self.opaque} | given
        return self.browser.post("/mfa/challenge", json=body)

    def authenticators(self, token: str, method: str = "GET", which: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return self.browser.open(f"/mfa/authenticators{which}", method=method, headers=headers)

    def enrolled(self) -> Self:
        answer = self.associate(PHONE).get_json()
        assert self.token(grants.MFA_OOB, oob_code=answer["oob_code"], binding_code=self.texted()).status_code == 200
        return self

    def later(self, seconds: float) -> Self:
        self.clock.offset += seconds
        return self

    def begun(self) -> str:
        return str(self.associate(PHONE).get_json()["oob_code"])

    def texted(self) -> str:
        return self.inbox.texts(NUMBER)[-1].code or ""

    def pushed(self) -> str:
        push = {"authenticator_types": ["oob"], "oob_channels": ["auth0"]}
        return str(self.associate(push).get_json()["oob_code"])

    def app(self) -> Self:
        self.secret = str(self.associate(APP).get_json()["secret"])
        return self

    def digits(self, steps_away: int = 0) -> str:
        return self.otp(self.secret, steps_away)

    def locked_out(self) -> Self:
        for _ in range(10):
            self.tenant.limits.count_wrong_code(self.person.user_id)
        return self

    def gone(self) -> Self:
        self.tenant.people.delete(self.person.user_id)
        return self

    def token_with_the_bearer_of_another(self) -> TestResponse:
        another = self.tenant.people.create("ann@example.test", PASSWORD)
        order = Order(another, self.spa, self.tenant.audiences.mfa(), SCOPE.split(), second_factor=True)
        headers = {"Authorization": f"Bearer {self.tenant.tokens.access_token(order)}"}
        body = {"client_id": self.spa.client_id, "grant_type": grants.MFA_OTP, "mfa_token": self.jwt, "otp": "x"}
        return self.browser.post("/oauth/token", json=body, headers=headers)

    def asked_too_fast(self) -> Self:
        self.tenant.troubles.order(Trouble("/oauth/token", 1, "429"))
        return self

    def with_a_dead_provider(self) -> Self:
        self.tenant.settings.phone.selected_provider = "twilio"
        return self


Ask = Callable[[Caller], TestResponse]
Expected = tuple[int, str, str]
Somebody = TypeVar("Somebody", bound=Caller)


def missing(name: str) -> Expected:
    return 400, "invalid_request", f"Missing required parameter: {name}"


def check(somebody: type[Somebody], ask: Callable[[Somebody], TestResponse], expected: Expected) -> None:
    answer = ask(somebody())
    assert answer.mimetype == "application/json"
    assert answer.headers.get("WWW-Authenticate") is None
    assert answer.get_json() == {"error": expected[1], "error_description": expected[2]}
    assert answer.status_code == expected[0]


SECTION_3_6: dict[str, tuple[Ask, Expected]] = {
    "wrong OTP": (
        lambda who: (who.associate(APP), who.token(grants.MFA_OTP, otp="000000x"))[1],
        (403, "invalid_grant", "Invalid otp_code."),
    ),
    "wrong SMS code": (
        lambda who: who.token(grants.MFA_OOB, oob_code=who.begun(), binding_code="x"),
        (403, "invalid_grant", "Invalid binding_code."),
    ),
    "malformed oob_code": (
        lambda who: who.token(grants.MFA_OOB, oob_code="x", binding_code="x"),
        (403, "invalid_grant", "Malformed oob_code"),
    ),
    "malformed mfa_token": (
        lambda who: who.token(grants.MFA_OTP, mfa_token="x", otp="x"), (403, "invalid_grant", "Malformed mfa_token"),
    ),
    "expired mfa_token": (
        lambda who: who.later(600).token(grants.MFA_OTP, mfa_token=who.opaque, otp="x"),
        (403, "expired_token", "mfa_token is expired"),
    ),
    "expired access token": (
        lambda who: who.later(600).token(grants.MFA_OTP, otp="x"), (403, "expired_token", "mfa_token is expired"),
    ),
    "expired oob_code": (
        lambda who: (oob := who.begun(), who.later(300).token(grants.MFA_OOB, oob_code=oob, binding_code="x"))[1],
        (403, "expired_token", "oob_code is expired"),
    ),
    "oob_code of another transaction": (
        lambda who: who.token(
            grants.MFA_OOB, mfa_token=who.jwt, binding_code="x",
            oob_code=who.associate(PHONE, who.opaque).get_json()["oob_code"],
        ),
        (400, "invalid_request", "The oob_code doesn't match the mfa_token"),
    ),
    "mfa_token of another client": (
        lambda who: who.token(
            grants.MFA_OTP, otp="x", client_id=who.tenant.configuration.applications["native"].client_id
        ),
        (400, "invalid_request", "mfa_token not issued to this client"),
    ),
    "missing binding_code": (
        lambda who: who.token(grants.MFA_OOB, oob_code=who.begun()),
        (400, "invalid_request", "Missing required parameter: binding_code"),
    ),
    "push not answered yet": (
        lambda who: who.token(grants.MFA_OOB, oob_code=who.pushed()),
        (400, "authorization_pending", "Authorization pending: please repeat the request in a few seconds."),
    ),
    "wrong recovery code": (
        lambda who: who.enrolled().token(grants.MFA_RECOVERY_CODE, recovery_code="X" * 24),
        (403, "invalid_grant", "MFA Authorization rejected."),
    ),
    "no recovery code": (
        lambda who: who.token(grants.MFA_RECOVERY_CODE, recovery_code="X" * 24),
        (403, UNSUPPORTED, "User does not have a recovery-code."),
    ),
    "grant not enabled": (
        lambda who: who.token(grants.MFA_OTP, otp="x", client_id=who.other.client_id),
        (403, "unauthorized_client", f"Grant type '{grants.MFA_OTP}' not allowed for the client."),
    ),
    "enrolled with something else": (
        lambda who: who.enrolled().token(grants.MFA_OTP, otp="x"),
        (401, UNSUPPORTED, "User is not enrolled with google-authenticator"),
    ),
    "used OTP": (
        lambda who: (
            otp := who.app().digits(), who.token(grants.MFA_OTP, otp=otp), who.token(grants.MFA_OTP, otp=otp),
        )[-1],
        (403, "invalid_grant", "Invalid otp_code."),
    ),
    "OTP of the step before the previous one": (
        lambda who: who.app().token(grants.MFA_OTP, otp=who.digits(-2)),
        (403, "invalid_grant", "Invalid otp_code."),
    ),
    "right OTP while locked out": (
        lambda who: who.app().locked_out().token(grants.MFA_OTP, otp=who.digits()),
        (403, "invalid_grant", "Invalid otp_code."),
    ),
    "right SMS code while locked out": (
        lambda who: (
            oob := who.begun(), who.locked_out().token(grants.MFA_OOB, oob_code=oob, binding_code=who.texted()),
        )[-1],
        (403, "invalid_grant", "Invalid binding_code."),
    ),
    "used SMS code": (
        lambda who: (
            oob := who.begun(), who.token(grants.MFA_OOB, oob_code=oob, binding_code=who.texted()),
            who.token(grants.MFA_OOB, oob_code=oob, binding_code=who.texted()),
        )[-1],
        (403, "invalid_grant", "Invalid binding_code."),
    ),
    "right recovery code while locked out": (
        lambda who: (
            code := who.associate(APP).get_json()["recovery_codes"][0],
            who.enrolled().locked_out().token(grants.MFA_RECOVERY_CODE, recovery_code=code),
        )[-1],
        (403, "invalid_grant", "MFA Authorization rejected."),
    ),
    "push asked about too soon": (
        lambda who: (oob := who.pushed(), who.token(grants.MFA_OOB, oob_code=oob),
                     who.later(4).token(grants.MFA_OOB, oob_code=oob))[-1],
        (400, "slow_down", "You are polling faster than allowed. Try again later."),
    ),
    "push rejected": (
        lambda who: (
            oob := who.pushed(), who.tenant.pushes.answer(who.person.user_id, allow=False),
            who.token(grants.MFA_OOB, oob_code=oob),
        )[-1],
        (400, "access_denied", "MFA Authorization rejected."),
    ),
    "push after five minutes": (
        lambda who: (oob := who.pushed(), who.later(300).token(grants.MFA_OOB, oob_code=oob))[-1],
        (403, "expired_token", "oob_code is expired"),
    ),
    "bearer of somebody else": (
        lambda who: who.token_with_the_bearer_of_another(),
        (400, "invalid_request", "The bearer token doesn't match the mfa_token"),
    ),
    "no mfa_token": (lambda who: who.token(grants.MFA_OTP, mfa_token="", otp="x"), missing("mfa_token")),
    "no oob_code": (lambda who: who.token(grants.MFA_OOB, binding_code="x"), missing("oob_code")),
    "no otp": (lambda who: who.token(grants.MFA_OTP), missing("otp")),
    "no recovery_code": (lambda who: who.token(grants.MFA_RECOVERY_CODE), missing("recovery_code")),
    "rate limit": (
        lambda who: who.asked_too_fast().token(grants.MFA_OTP, otp="x"),
        (429, "too_many_requests", "Rate limit exceeded. Try again in a moment."),
    ),
}  # fmt: skip

SECTION_4_5: dict[str, tuple[Ask, Expected]] = {
    "active authenticator and opaque token": (
        lambda who: who.enrolled().associate(APP, who.opaque), (403, "access_denied", "User is already enrolled."),
    ),
    "bad token": (lambda who: who.associate(APP, "x"), INVALID_TOKEN),
    "expired opaque token": (lambda who: who.later(600).associate(APP, who.opaque), INVALID_TOKEN),
    "expired access token": (lambda who: who.later(600).associate(APP), INVALID_TOKEN),
    "invalid phone": (
        lambda who: who.associate(PHONE | {"phone_number": "5"}),
        (400, "invalid_request", "The phone number is invalid."),
    ),
    "missing Authorization": (
        lambda who: who.browser.post("/mfa/associate", json=APP),
        (401, "unauthorized", "No authorization token was found"),
    ),
    "without the scope": (
        lambda who: who.associate(APP, who.access_token("openid read:authenticators")),
        (403, "insufficient_scope", "Insufficient scope, expected any of: enroll"),
    ),
    "factor off": (
        lambda who: (who.tenant.store.factors.update(otp=False), who.associate(APP))[1],
        (403, UNSUPPORTED, "The factor otp is not enabled for this tenant."),
    ),
    "unknown authenticator type": (
        lambda who: who.associate({"authenticator_types": ["fax"]}),
        (400, "invalid_request", "authenticator_types: expected a list with one of: otp, oob"),
    ),
    "channel as a text": (
        lambda who: who.associate(PHONE | {"oob_channels": "sms"}),
        (400, "invalid_request", "oob_channels: expected a list with one of: sms, voice, email, auth0"),
    ),
    "token of another audience": (
        lambda who: who.associate(APP, who.access_token(SCOPE, who.tenant.audiences.management())), INVALID_TOKEN,
    ),
    "token of somebody who is gone": (
        lambda who: who.gone().associate(APP), INVALID_TOKEN,
    ),
    "mfa_token in the body": (
        lambda who: who.browser.post("/mfa/associate", json=APP | {"mfa_token": who.jwt}),
        (400, "invalid_request", "mfa_token: expected in the Authorization header, as a bearer token"),
    ),
    "body that is no object": (
        lambda who: who.associate([APP]), (400, "invalid_request", "The body must be a JSON object."),
    ),
    "unknown channel": (
        lambda who: who.associate(PHONE | {"oob_channels": ["fax"]}),
        (400, "invalid_request", "oob_channels: expected a list with one of: sms, voice, email, auth0"),
    ),
    "no phone": (
        lambda who: who.associate({"authenticator_types": ["oob"], "oob_channels": ["sms"]}),
        (400, "invalid_request", "The phone number is invalid."),
    ),
    "invalid e-mail address": (
        lambda who: who.associate({"authenticator_types": ["oob"], "oob_channels": ["email"], "email": "x"}),
        (400, "invalid_request", "The email address is invalid."),
    ),
    "calls off": (
        lambda who: who.associate(PHONE | {"oob_channels": ["voice"]}),
        (403, UNSUPPORTED, "The factor voice is not enabled for this tenant."),
    ),
    "text that nobody carries": (
        lambda who: who.with_a_dead_provider().associate(PHONE),
        (503, "temporarily_unavailable", "The text message could not be sent."),
    ),
    "the eleventh text": (
        lambda who: [who.associate(PHONE) for _ in range(11)][-1],
        (429, "too_many_requests", "You have exceeded the maximum number of phone messages per hour. "
         "Wait a few minutes and try again."),
    ),
}  # fmt: skip

SECTION_5: dict[str, tuple[Ask, Expected]] = {
    "access token": (lambda who: who.challenge(mfa_token=who.jwt), (403, "invalid_grant", "Malformed mfa_token")),
    "no authenticator": (
        lambda who: who.challenge(),
        (401, UNSUPPORTED,
         "User is not enrolled. You can use /mfa/associate endpoint to enroll the first authenticator."),
    ),
    "type that the person lacks": (
        lambda who: who.enrolled().challenge(challenge_type="otp"),
        (401, UNSUPPORTED, "The user does not support the requested challenge type (otp). Supported type: oob"),
    ),
    "type that nobody has": (
        lambda who: who.enrolled().challenge(challenge_type="fax"),
        (401, UNSUPPORTED, "No matching challenge_type for provider guardian"),
    ),
    "unknown authenticator_id": (
        lambda who: who.enrolled().challenge(authenticator_id="sms|dev_x"),
        (400, "invalid_request", "authenticator_id: the user has no active authenticator of this id"),
    ),
    "expired mfa_token": (lambda who: who.later(600).challenge(), (403, "expired_token", "mfa_token is expired")),
}  # fmt: skip

SECTION_6: dict[str, tuple[Ask, Expected]] = {
    "list with a bad token": (lambda who: who.authenticators("x"), INVALID_TOKEN),
    "list without the scope": (
        lambda who: who.authenticators(who.access_token("enroll")),
        (403, "insufficient_scope", "Insufficient scope, expected any of: read:authenticators"),
    ),
    "removal with a bad token": (lambda who: who.authenticators("x", "DELETE", "/sms%7Cdev_x"), INVALID_TOKEN),
    "removal without the scope": (
        lambda who: who.authenticators(who.access_token("enroll"), "DELETE", "/sms%7Cdev_x"),
        (403, "insufficient_scope", "Insufficient scope, expected any of: remove:authenticators"),
    ),
    "removal of what is not there": (
        lambda who: who.authenticators(who.jwt, "DELETE", "/sms%7Cdev_x"),
        (404, "not_found", "Authenticator not found."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", SECTION_3_6)
def test_the_mfa_grants(row: str) -> None:
    check(Caller, *SECTION_3_6[row])


@pytest.mark.parametrize("row", SECTION_4_5)
def test_associate(row: str) -> None:
    check(Caller, *SECTION_4_5[row])


@pytest.mark.parametrize("row", SECTION_5)
def test_challenge(row: str) -> None:
    check(Caller, *SECTION_5[row])


@pytest.mark.parametrize("row", SECTION_6)
def test_listing_and_removing(row: str) -> None:
    check(Caller, *SECTION_6[row])
