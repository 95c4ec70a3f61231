"""Lifetimes and allowances to the second, with a clock that the test moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
import requests

from tests.tenant.arranged import Arranged
from tests.tenant.client import refusal, wrong
from tests.tenant.in_process import StoppedClock

APP = {"authenticator_types": ["otp"]}
DAY = 86_400


@pytest.fixture
def it() -> Arranged:
    return Arranged()


def test_an_sms_code_is_valid_for_five_minutes(it: Arranged) -> None:
    assert it.started().later(299).confirm().status_code == 200
    assert refusal(it.started().later(300).confirm())[1:] == ("expired_token", "oob_code is expired")


@pytest.mark.parametrize("kind", ["access token", "mfa_token"])
def test_tokens_for_the_mfa_api_are_valid_for_ten_minutes(it: Arranged, kind: str) -> None:
    token = it.access_token if kind == "access token" else it.mfa_token
    it.later(599)
    assert it.associate(APP, token).status_code == 200
    assert refusal(it.otp(mfa_token=token, otp="wrong")) == (403, "invalid_grant", "Invalid otp_code.")
    it.later(1)
    assert refusal(it.associate(APP, token))[:2] == (401, "invalid_grant")
    assert refusal(it.otp(mfa_token=token, otp="wrong")) == (403, "expired_token", "mfa_token is expired")
    assert refusal(it.mfa("GET", "/authenticators", token))[:2] == (401, "invalid_grant")


def test_wrong_codes_come_back_one_every_six_minutes(it: Arranged) -> None:
    it.with_app()
    token = it.access_token
    for _ in range(10):
        assert it.otp(otp="wrong").status_code == 403
    assert it.otp().status_code == 403
    it.later(359)
    assert it.otp().status_code == 403
    it.later(1)
    assert it.otp(mfa_token=token).status_code == 200
    assert "gd_otp_rate_limit_exceed" in it.mary.events()


def test_sms_messages_come_back_one_an_hour_by_enrollment_and_by_challenge(it: Arranged) -> None:
    enroll, number = it.start, it.mary.phone
    for _ in range(10):
        assert enroll().status_code == 200
    assert (enroll().status_code, len(it.messages(number)), len(it.mary.authenticators(it.access_token))) == (
        429,
        10,
        21,
    )
    it.later(598)
    assert it.mary.password_grant(it.spa).status_code == 200  # what is too much for the phone is not for the user
    it.later(3599 - 598)
    renewed = it.mary.mfa_access_token(it.spa)
    assert it.mary.associate(renewed).status_code == 429
    it.later(1)
    assert it.mary.associate(renewed).status_code == 200
    assert (it.mary.associate(renewed).status_code, len(it.messages(number))) == (429, 11)


def test_messages_of_challenges_are_counted_with_those_of_enrollment(it: Arranged) -> None:
    it.enrolled()
    ways = [one["id"] for one in it.mary.authenticators(it.access_token)[:2]]
    for number in range(9):
        assert it.challenge(authenticator_id=ways[number % 2]).status_code == 200  # by SMS and by call
    assert refusal(it.challenge(challenge_type="oob"))[:2] == (429, "too_many_requests")


def test_twenty_emails_and_then_one_a_minute(it: Arranged) -> None:
    for _ in range(20):
        assert it.start("email").status_code == 200
    it.later(59)
    assert it.start("email").status_code == 429
    it.later(1)
    assert it.start("email").status_code == 200
    assert it.start("email").status_code == 429
    assert it.start().status_code == 200, "SMS messages have an allowance of their own"


@pytest.mark.parametrize(("steps_away", "status"), [(-2, 403), (-1, 200), (0, 200), (1, 403)])
def test_the_current_step_and_the_previous_one_are_good(it: Arranged, steps_away: int, status: int) -> None:
    it.with_app()
    code = pyotp.TOTP(it.mary.secret).at(int(StoppedClock().now()) + 30 * steps_away)
    assert it.otp(otp=code).status_code == status


def test_a_challenge_page_waits_ten_minutes_and_a_sign_in_an_hour(it: Arranged) -> None:
    page = it.enrolled().window.give_password(it.mary)
    it.later(599)
    at = it.window.post(page, code=wrong(it.mary.sms_code()))
    assert (at.path, at.error) == ("/u/mfa-sms-challenge", "invalid-code")
    with it.browser(it.spa) as browser:
        login = browser.authorize()
        it.later(3599)
        assert browser.post(login, username=it.mary.email, password="x").error == "wrong-email-credentials"
        it.later(1)
        late = browser.post(login, username=it.mary.email, password="x")
        assert (late.callback, late.response.status_code) == (None, 400)


def answer_of(request: Callable[[], requests.Response], it: Arranged, seconds: float) -> int:
    it.later(seconds)
    return request().status_code


def test_an_authorization_code_is_valid_for_ten_minutes() -> None:
    for seconds, status in ((599, 200), (600, 403)):
        it = Arranged()
        assert it.code
        assert answer_of(it.exchange, it, seconds) == status


def test_a_refresh_token_is_valid_for_thirty_days() -> None:
    for seconds, status in ((30 * DAY - 1, 200), (30 * DAY, 403)):
        it = Arranged()
        assert it.refresh_token
        assert answer_of(it.refresh, it, seconds) == status


def test_a_push_waits_five_minutes_for_its_answer(it: Arranged) -> None:
    it.started("auth0").later(300)
    answer = it.controls("POST", "/pushes", {"user_id": it.mary.user_id, "allow": True})
    assert answer.status_code == 404
    assert it.mary.confirmed() == []


def test_deleting_a_user_ends_everything_of_theirs(it: Arranged) -> None:
    page = it.started().with_app().authorize()
    assert it.code and it.refresh_token and it.mfa_token
    it.signed_in()
    it.deleted()
    kept = repr(replace(it.rules.store, events=deque()))  # the log tells of them still
    assert [one for one in (it.mary.user_id, it.mary.email, it.mary.phone) if one in kept] == []
    assert refusal(it.exchange())[:2] == (403, "invalid_grant")
    assert refusal(it.refresh())[:2] == (403, "invalid_grant")
    assert refusal(it.associate(APP, it.mfa_token))[:2] == (401, "invalid_grant")
    assert it.window.post(page, username=it.mary.email, password="x").callback is None


def test_a_code_that_was_used_is_not_kept(it: Arranged) -> None:
    code = it.started().mary.sms_code()
    assert it.confirm().status_code == 200
    assert code not in repr(it.rules.store)
