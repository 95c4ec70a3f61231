"""Check the authenticator app: the period of its codes, its waits, and the QR codes it can read."""

import base64
import hashlib
from urllib.parse import quote

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.authenticator_app import AuthenticatorApp, SetUp
from mfa_verification.core.clock import TenantClock, Timer
from mfa_verification.core.outcome import TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause

KEY = "HJ6XM2DNERXDAVCUONGWKRTCMNTU6VDF"
STEP = 60_000_000
"""A period of 30 s in the year 2027."""
QR = (
    "otpauth://totp/My%20Test%20Tenant:mary%40example.com"
    f"?secret={KEY}&issuer=My%20Test%20Tenant&algorithm=SHA1&digits=6&period=30"
)


class Hand:
    """An app with a clock that moves only when the app waits."""

    def __init__(self, seconds_into_step: float) -> None:
        self.now = STEP * 30 + seconds_into_step
        self.clock = TenantClock(lambda: self.now)
        self.app = AuthenticatorApp.from_key(Secret(KEY, "key"), "mary", "Tenant", Timer(sleep=self.sleep))
        self.waited = 0.0

    def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self.now += seconds

    def step_of(self, code: Secret) -> int:
        """Return how many periods after STEP the code is valid."""
        return next(n for n in range(-9, 10) if code.reveal() == pyotp.TOTP(KEY).generate_otp(STEP + n))


def qr(text: str) -> AuthenticatorApp:
    return AuthenticatorApp.from_qr(Secret(text, "QR code"))


# Codes and time


@pytest.mark.parametrize(("into", "step", "waited"), [(0.1, -1, 0), (15, -1, 0), (20, -1, 0), (20.5, 0, 0), (29, 1, 2)])
def test_a_confirmation_uses_the_previous_code_while_ten_seconds_remain_else_the_current_one(
    into: float, step: int, waited: float
) -> None:
    hand = Hand(into)
    assert hand.step_of(hand.app.confirmation_code(hand.clock)) == step
    assert hand.waited == waited


@pytest.mark.parametrize(("into", "step", "waited"), [(1, 0, 0), (27.9, 0, 0), (28.5, 1, 2.5), (0.25, 0, 0.75)])
def test_a_sign_in_uses_the_current_code_except_at_the_ends_of_a_period(into: float, step: int, waited: float) -> None:
    hand = Hand(into)
    assert hand.step_of(hand.app.sign_in_code(hand.clock)) == step
    assert hand.waited == waited


def test_a_sign_in_right_after_a_confirmation_does_not_wait() -> None:
    hand = Hand(20)
    hand.app.confirmation_code(hand.clock)
    assert hand.step_of(hand.app.sign_in_code(hand.clock)) == 0
    assert hand.waited == 0


def test_a_second_sign_in_waits_for_the_next_period() -> None:
    hand = Hand(5)
    hand.app.sign_in_code(hand.clock)
    assert hand.step_of(hand.app.sign_in_code(hand.clock)) == 1
    assert hand.waited == 26


def test_a_sign_in_after_a_late_confirmation_waits_for_the_next_period() -> None:
    hand = Hand(21)
    hand.app.confirmation_code(hand.clock)
    assert hand.step_of(hand.app.sign_in_code(hand.clock)) == 1
    assert hand.waited == 10


def test_a_second_confirmation_uses_the_current_code_and_a_third_one_waits() -> None:
    hand = Hand(5)
    hand.app.confirmation_code(hand.clock)
    assert hand.step_of(hand.app.confirmation_code(hand.clock)) == 0
    assert hand.waited == 0
    assert hand.step_of(hand.app.confirmation_code(hand.clock)) == 1


def test_a_confirmation_after_a_sign_in_uses_no_older_code() -> None:
    hand = Hand(5)
    hand.app.sign_in_code(hand.clock)
    assert hand.step_of(hand.app.confirmation_code(hand.clock)) == 1


@given(
    st.floats(0, 30, exclude_max=True),
    st.lists(st.tuples(st.sampled_from(["confirmation_code", "sign_in_code"]), st.floats(0, 70)), max_size=8),
)
def test_every_code_is_newer_than_the_last_and_accepted_by_the_tenant(
    into: float, acts: list[tuple[str, float]]
) -> None:
    hand = Hand(into)
    newest = -1
    for act, seconds_later in acts:
        hand.now += seconds_later
        waited_before = hand.waited
        code = getattr(hand.app, act)(hand.clock)
        step = int(hand.now // 30)
        taken = [n for n in (step - 1, step) if code.reveal() == pyotp.TOTP(KEY).generate_otp(n)]
        assert len(taken) == 1, "a tenant accepts the current and the previous code"
        assert taken[0] > newest
        assert hand.waited - waited_before <= 62
        newest = taken[0]


def test_a_clock_that_was_set_back_is_an_error_and_no_wait_of_hours() -> None:
    hand = Hand(5)
    hand.app.sign_in_code(hand.clock)
    hand.now -= 3600
    with pytest.raises(RuntimeError, match="clock went back"):
        hand.app.sign_in_code(hand.clock)
    assert hand.waited == 0


def test_codes_and_apps_print_no_secret() -> None:
    hand = Hand(5)
    code = hand.app.sign_in_code(hand.clock)
    assert str(code) == "‹authenticator app code›"
    assert repr(hand.app) == "<authenticator app of mary at Tenant>"


# Wrong codes


@given(st.binary(min_size=20, max_size=20), st.floats(0, 4e9))
def test_a_wrong_code_is_wrong_for_three_periods_before_and_after(key: bytes, now: float) -> None:
    text = base64.b32encode(key).decode()
    app = AuthenticatorApp.from_key(Secret(text, "key"), "mary", "Tenant")
    wrong = app.wrong_code(TenantClock(lambda: now)).reveal()
    assert len(wrong) == 6
    assert wrong.isdecimal()
    assert not any(pyotp.TOTP(text).at(max(0, now + 30 * n)) == wrong for n in range(-3, 4))


def test_a_wrong_code_uses_up_no_code() -> None:
    hand = Hand(5)
    hand.app.wrong_code(hand.clock)
    assert hand.step_of(hand.app.sign_in_code(hand.clock)) == 0


def test_a_wrong_code_differs_from_the_codes_of_near_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(5)
    codes = {STEP: "000000", STEP + 1: "111111", STEP - 3: "222222", STEP + 3: "333333"}
    monkeypatch.setattr(hand.app._totp, "generate_otp", lambda step: codes.get(step, "999999"))
    assert hand.app.wrong_code(hand.clock).reveal() == "444444"


# Keys and QR codes


def test_the_qr_code_of_a_tenant_is_read() -> None:
    app = qr(QR)
    assert app.issuer == app.label_issuer == "My Test Tenant"
    assert app.account == "mary@example.com"
    assert (app.algorithm, app.digits, app.period) == ("SHA1", 6, 30)


def test_the_set_up_key_and_the_qr_code_give_the_same_codes() -> None:
    assert qr(QR).same_codes_as(AuthenticatorApp.from_key(Secret(KEY, "key"), "mary", "T"), at=STEP * 30)


@pytest.mark.parametrize(("was", "given"), [("VDF&", "VDG&"), ("period=30", "period=60"), ("digits=6", "digits=8")])
def test_apps_with_other_settings_give_other_codes(was: str, given: str) -> None:
    assert was in QR
    assert not qr(QR).same_codes_as(qr(QR.replace(was, given)), at=STEP * 30)


def test_the_set_up_key_may_have_groups_and_lower_case() -> None:
    grouped = " ".join(KEY[start : start + 4].lower() for start in range(0, 32, 4))
    typed = AuthenticatorApp.from_key(Secret(grouped, "key"), "mary", "T")
    assert typed.same_codes_as(qr(QR), at=STEP * 30)


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=":"), min_size=1).filter(
    lambda name: name == name.strip() and name
)


set_ups = st.builds(
    SetUp,
    key=st.binary(min_size=16, max_size=40).map(lambda key: Secret(base64.b32encode(key).decode(), "key")),
    account=names,
    issuer=names,
    label_issuer=names,
    algorithm=st.sampled_from(["SHA1", "SHA256", "SHA512"]),
    digits=st.sampled_from([6, 8]),
    period=st.integers(1, 120),
)


@given(set_ups, st.sampled_from([":", "%3A", ":%20"]))
def test_an_encoded_set_up_is_read_back(set_up: SetUp, colon: str) -> None:
    secret = set_up.key.reveal().rstrip("=")
    app = qr(
        f"otpauth://totp/{quote(set_up.label_issuer, safe='')}{colon}{quote(set_up.account, safe='')}"
        f"?secret={secret}&issuer={quote(set_up.issuer, safe='')}"
        f"&algorithm={set_up.algorithm}&digits={set_up.digits}&period={set_up.period}"
    )
    digest = getattr(hashlib, set_up.algorithm.lower())
    other_app = pyotp.TOTP(secret, digits=set_up.digits, digest=digest, interval=set_up.period)
    assert (app.issuer, app.label_issuer, app.account) == (set_up.issuer, set_up.label_issuer, set_up.account)
    assert (app.algorithm, app.digits, app.period) == (set_up.algorithm, set_up.digits, set_up.period)
    assert app._totp.at(STEP * 30) == other_app.at(STEP * 30)


def test_missing_parameters_have_the_defaults_of_apps() -> None:
    app = qr(f"otpauth://totp/mary?secret={KEY}&image=https%3A%2F%2Fexample.com")
    assert (app.account, app.issuer, app.label_issuer) == ("mary", "", "")
    assert (app.algorithm, app.digits, app.period) == ("SHA1", 6, 30)


@pytest.mark.parametrize(
    ("was", "given", "part"),
    [
        ("otpauth://totp/", "https://totp/", "begin"),
        ("otpauth://totp/", "otpauth://hotp/", "begin"),
        ("otpauth://totp/", "otpauth:totp/", "begin"),
        ("My%20Test%20Tenant:", "My Test Tenant:", "character"),
        ("%40", "%g0", "character"),
        ("%40", "\n", "character"),
        ("mary", "%FF", "label is not percent-encoded"),
        ("issuer=My", "issuer=%FF", "query is not percent-encoded"),
        ("mary%40example.com", "%20", "account"),
        ("mary%40example.com?", "mary#1?", "#"),
        (f"secret={KEY}&", "", "no secret"),
        (f"secret={KEY}&", "enrollment_tx_id=abc&", "no secret"),
        (KEY, "", "empty"),
        ("algorithm=SHA1", f"secret={KEY}", "repeated"),
        (KEY, KEY[:-1] + "1", "base32"),
        (KEY, KEY[:-2], "base32"),
        (KEY, KEY[:24], "128 bits"),
        ("SHA1", "MD5", "algorithm"),
        ("digits=6", "digits=7", "digits"),
        ("digits=6", "digits=six", "digits"),
        ("period=30", "period=0", "period"),
        ("period=30", "period=121", "period"),
        ("period=30", "period=-30", "period"),
    ],
)
def test_a_qr_code_that_no_app_can_read_is_the_tenants_fault(was: str, given: str, part: str) -> None:
    assert was in QR
    with pytest.raises(TenantFault, match=part) as fault:
        qr(QR.replace(was, given, 1))

    assert fault.value.cause is Cause.MALFORMED_RESPONSE
    assert KEY[:8] not in str(fault.value)
    assert fault.value.__context__ is None


@given(st.text() | st.text().map(lambda text: "otpauth://totp/" + quote(text)))
def test_any_other_text_is_the_tenants_fault(text: str) -> None:
    with pytest.raises(TenantFault):
        qr(text)
