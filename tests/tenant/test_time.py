"""Lifetimes and allowances, with a clock that the test moves. The rules are asked directly: they know no framework."""

from __future__ import annotations

import pytest

from local_tenant.clock import Clock
from local_tenant.errors import (
    BAD_AUTHORIZATION_CODE,
    BAD_BINDING_CODE,
    BAD_OTP,
    BEARER_INVALID,
    MFA_TOKEN_EXPIRED,
    NO_SIGN_IN,
    OOB_CODE_EXPIRED,
    TOO_MANY_TEXTS,
    TRANSACTION_EXPIRED,
    Refused,
    Row,
)
from local_tenant.model import Bearer, Order, SignIn
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox
from tests.tenant.driving import PASSWORD, SCOPE

NUMBER = "+15550001111"


class Still(Clock):
    """A clock that stands until it is moved."""

    def now(self) -> float:
        return 1_800_000_000.0 + self.offset


class Scene:
    """A tenant on a still clock, a person and a bearer of theirs."""

    def __init__(self) -> None:
        self.clock = Still()
        self.inbox = Inbox(self.clock.now)
        self.tenant = Tenant(parse(read(DEFAULT)), "localhost:1", self.clock, self.inbox, [])
        self.person = self.tenant.people.create("mary@example.test", PASSWORD)
        self.application = self.tenant.configuration.applications["web"]
        self.bearer = Bearer(self.person, self.application, SCOPE.split(), self.tenant.audiences.mfa())

    def begin_phone(self) -> tuple[str, str]:
        oob = str(self.tenant.enrolment.associate_phone(self.bearer, NUMBER)["oob_code"])
        return oob, self.inbox.texts(NUMBER)[-1].code or ""

    def begin_app(self) -> str:
        return str(self.tenant.enrolment.associate_app(self.bearer)["secret"])

    def otp(self, secret: str, steps_away: int = 0) -> str:
        return self.tenant.one_time_passwords.digits(secret, int(self.clock.now()) // 30 + steps_away)

    def sign_in(self) -> SignIn:
        made = SignIn(
            state=self.tenant.sign_ins.new_state(), application=self.application, redirect_uri="https://web.test/callback",
            scopes=["openid"], audience=None, client_state=None, nonce=None, code_challenge=None,
            code_challenge_method="plain", login_hint="", started_at=self.clock.now(), user_id=self.person.user_id,
        )  # fmt: skip
        self.tenant.sign_ins.begin(made)
        return made


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refused(row: Row, call: object, *arguments: object) -> None:
    with pytest.raises(Refused) as met:
        call(*arguments)  # type: ignore[operator]
    assert met.value.row is row


@pytest.mark.parametrize(("seconds", "expired"), [(299, False), (300, True)])
def test_a_texted_code_lives_five_minutes(scene: Scene, seconds: int, expired: bool) -> None:
    oob, code = scene.begin_phone()
    scene.clock.offset += seconds
    if expired:
        refused(OOB_CODE_EXPIRED, scene.tenant.enrolment.confirm_phone, scene.bearer, oob, code)
    else:
        assert "access_token" in scene.tenant.enrolment.confirm_phone(scene.bearer, oob, code)


def test_an_mfa_token_lives_ten_minutes(scene: Scene) -> None:
    access = scene.tenant.mfa_access
    order = Order(scene.person, scene.application, scene.tenant.audiences.mfa(), SCOPE.split())
    token = scene.tenant.tokens.access_token(order)
    scene.clock.offset += 599
    assert access.enter(token, "enroll").person is scene.person
    assert access.present(token, None, scene.application).person is scene.person
    scene.clock.offset += 1
    refused(BEARER_INVALID, access.enter, token, "enroll")
    refused(MFA_TOKEN_EXPIRED, access.present, token, None, scene.application)


def test_wrong_codes_come_back_one_every_six_minutes(scene: Scene) -> None:
    secret = scene.begin_app()
    confirm = scene.tenant.enrolment.confirm_app
    for _ in range(10):
        refused(BAD_OTP, confirm, scene.bearer, "wrong")
    refused(BAD_OTP, confirm, scene.bearer, scene.otp(secret))
    scene.clock.offset += 359
    refused(BAD_OTP, confirm, scene.bearer, scene.otp(secret))
    scene.clock.offset += 1
    assert "access_token" in confirm(scene.bearer, scene.otp(secret))
    assert "gd_otp_rate_limit_exceed" in {entry.type for entry in scene.tenant.log.entries}


def test_texts_come_back_one_an_hour(scene: Scene) -> None:
    for _ in range(10):
        scene.begin_phone()
    scene.clock.offset += 3599
    refused(TOO_MANY_TEXTS, scene.tenant.enrolment.associate_phone, scene.bearer, NUMBER)
    scene.clock.offset += 1
    scene.begin_phone()
    refused(TOO_MANY_TEXTS, scene.tenant.enrolment.associate_phone, scene.bearer, NUMBER)


@pytest.mark.parametrize(("steps_away", "good"), [(-2, False), (-1, True), (0, True), (1, False)])
def test_the_current_step_and_the_previous_one_are_good(scene: Scene, steps_away: int, good: bool) -> None:
    code = scene.otp(scene.begin_app(), steps_away)
    if good:
        assert "access_token" in scene.tenant.enrolment.confirm_app(scene.bearer, code)
    else:
        refused(BAD_OTP, scene.tenant.enrolment.confirm_app, scene.bearer, code)


def test_rfc_6238_says_the_same_digits(scene: Scene) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    assert [scene.tenant.one_time_passwords.digits(secret, at // 30) for at in (59, 1111111109, 20000000000)] == [
        "287082", "081804", "353130",
    ]  # fmt: skip


def test_screens_and_sign_ins_expire(scene: Scene) -> None:
    sign_ins = scene.tenant.sign_ins
    idle = scene.sign_in()
    sign_ins.show_screen(idle)
    scene.clock.offset += 599
    sign_ins.check_screen(idle)
    scene.clock.offset += 1
    refused(TRANSACTION_EXPIRED, sign_ins.check_screen, idle)
    refused(NO_SIGN_IN, sign_ins.find, idle.state)
    slow = scene.sign_in()
    scene.clock.offset += 3600
    refused(NO_SIGN_IN, sign_ins.find, slow.state)


def test_an_authorization_code_lives_ten_minutes(scene: Scene) -> None:
    code = scene.tenant.sign_ins.code(scene.sign_in())
    scene.clock.offset += 600
    redeem = scene.tenant.authorization_codes.redeem
    refused(BAD_AUTHORIZATION_CODE, redeem, scene.application, code, "https://web.test/callback", None)


def test_deleting_a_person_ends_everything_of_theirs(scene: Scene) -> None:
    scene.begin_phone()
    scene.begin_app()
    sign_in = scene.sign_in()
    authorization_code = scene.tenant.sign_ins.code(scene.sign_in())
    scene.tenant.people.delete(scene.person.user_id)
    store = scene.tenant.store
    assert not any((store.people, store.authenticators, store.codes, store.newest_codes, store.sign_ins, store.buckets))
    refused(NO_SIGN_IN, scene.tenant.sign_ins.find, sign_in.state)
    redeem = scene.tenant.authorization_codes.redeem
    refused(BAD_AUTHORIZATION_CODE, redeem, scene.application, authorization_code, "https://web.test/callback", None)


def test_the_log_tells_what_happened_and_no_secret(scene: Scene) -> None:
    oob, code = scene.begin_phone()
    refused(BAD_BINDING_CODE, scene.tenant.enrolment.confirm_phone, scene.bearer, oob, "000000x")
    scene.tenant.enrolment.confirm_phone(scene.bearer, oob, code)
    entries = list(scene.tenant.log.entries)
    assert [entry.type for entry in entries] == [
        "gd_send_sms", "gd_start_enroll", "gd_auth_failed", "gd_enrollment_complete",
    ]  # fmt: skip
    assert {entry.user_id for entry in entries} == {scene.person.user_id}
    assert not any(code in repr(entry.details) or oob in repr(entry) for entry in entries)
    assert code not in repr(scene.tenant.store)
