"""Lifetimes and limits to the second, with a clock that the test moves."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pyotp
import pytest

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


@pytest.mark.parametrize("kind", ["MFA API token", "mfa_token"])
def test_tokens_for_the_mfa_api_are_valid_for_ten_minutes(it: Arranged, kind: str) -> None:
    token = it.access_token if kind == "MFA API token" else it.mfa_token
    it.later(599)
    assert it.associate(APP, token).status_code == 200
    assert refusal(it.otp(mfa_token=token, otp="wrong")) == (403, "invalid_grant", "Invalid otp_code.")
    it.later(1)
    assert refusal(it.associate(APP, token))[:2] == (401, "invalid_grant")
    assert refusal(it.otp(mfa_token=token, otp="wrong")) == (403, "expired_token", "mfa_token is expired")
    assert refusal(it.mfa("GET", "/authenticators", token))[:2] == (401, "invalid_grant")


def test_ten_wrong_codes_and_then_one_more_every_six_minutes(it: Arranged) -> None:
    it.with_app()
    token = it.access_token
    it.after(10, lambda it: it.otp(otp="wrong"))
    assert it.otp().status_code == 403
    it.later(359)
    assert it.otp().status_code == 403
    it.later(1)
    assert it.otp(mfa_token=token).status_code == 200
    assert "gd_otp_rate_limit_exceed" in it.mary.events()


def test_ten_sms_messages_and_then_one_more_an_hour(it: Arranged) -> None:
    number = it.after(10, Arranged.start).mary.phone
    assert (it.start().status_code, len(it.messages(number))) == (429, 10)
    assert len(it.mary.authenticators(it.access_token)) == 21, "SMS and voice call of each, and a recovery code"
    it.later(598)
    assert it.mary.password_grant(it.spa).status_code == 200  # the limit of the phone is no limit of the user
    it.later(3599 - 598)
    renewed = it.mary.mfa_access_token(it.spa)
    assert it.mary.associate(renewed).status_code == 429
    it.later(1)
    assert it.mary.associate(renewed).status_code == 200
    assert (it.mary.associate(renewed).status_code, len(it.messages(number))) == (429, 11)


def test_messages_of_enrollments_and_challenges_are_counted_together(it: Arranged) -> None:
    it.enrolled()
    ways = [one["id"] for one in it.mary.authenticators(it.access_token)[:2]]
    for number in range(9):
        assert it.challenge(authenticator_id=ways[number % 2]).status_code == 200  # by SMS and by call
    assert refusal(it.challenge(challenge_type="oob"))[:2] == (429, "too_many_requests")


def test_twenty_emails_and_then_one_more_a_minute(it: Arranged) -> None:
    it.after(20, lambda it: it.start("email")).later(59)
    assert it.start("email").status_code == 429
    it.later(1)
    assert it.start("email").status_code == 200
    assert it.start("email").status_code == 429
    assert it.start().status_code == 200, "SMS messages have their own limit"


@pytest.mark.parametrize(("steps_away", "status"), [(-2, 403), (-1, 200), (0, 200), (1, 403)])
def test_otp_codes_of_the_current_and_previous_step_are_valid(it: Arranged, steps_away: int, status: int) -> None:
    it.with_app()
    code = pyotp.TOTP(it.mary.secret).at(int(StoppedClock().now()) + 30 * steps_away)
    assert it.otp(otp=code).status_code == status


def test_a_challenge_page_is_valid_for_ten_minutes_and_a_sign_in_for_an_hour(it: Arranged) -> None:
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


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 403)])
def test_an_authorization_code_is_valid_for_ten_minutes(it: Arranged, seconds: int, status: int) -> None:
    assert it.code
    assert it.later(seconds).exchange().status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(30 * DAY - 1, 200), (30 * DAY, 403)])
def test_a_refresh_token_is_valid_for_thirty_days(it: Arranged, seconds: int, status: int) -> None:
    assert it.refresh_token
    assert it.later(seconds).refresh().status_code == status


def test_a_push_notification_can_be_answered_for_five_minutes(it: Arranged) -> None:
    it.started("auth0").later(300)
    response = it.controls("POST", "/pushes", {"user_id": it.mary.user_id, "allow": True})
    assert response.status_code == 404
    assert it.mary.confirmed() == []


def test_deleting_a_user_removes_everything_about_the_user(it: Arranged) -> None:
    page = it.started().with_app().authorize()
    assert it.code and it.refresh_token and it.mfa_token
    it.signed_in()
    it.deleted()
    kept = repr(replace(it.rules.store, events=deque()))  # the log keeps its events
    assert [one for one in (it.mary.user_id, it.mary.email, it.mary.phone) if one in kept] == []
    assert refusal(it.exchange())[:2] == (403, "invalid_grant")
    assert refusal(it.refresh())[:2] == (403, "invalid_grant")
    assert refusal(it.associate(APP, it.mfa_token))[:2] == (401, "invalid_grant")
    assert it.window.post(page, username=it.mary.email, password="x").callback is None


def test_a_used_code_is_not_stored(it: Arranged) -> None:
    code = it.started().mary.sms_code()
    assert it.confirm().status_code == 200
    assert code not in repr(it.rules.store)
