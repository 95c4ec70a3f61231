"""What is good once is good once, however many use it in the same moment."""

from __future__ import annotations

import pytest

from tests.tenant.asking import (
    RECOVERY,
    all_at_once,
    associate_by,
    by_password,
    challenge,
    enrol_by,
    mfa_token,
    sent_code,
    tokens_of,
)
from tests.tenant.driving import OOB, OTP, Browser, associate_app, confirm_app, create_person
from tests.tenant.running import Application, Running

AGAIN = pytest.mark.soak(repeats=True)
REPETITIONS = [pytest.param(number, marks=[] if number < 20 else AGAIN) for number in range(200)]
"""Twenty in `make test`, all of them in `make soak`."""
ONE_OF_SIXTEEN = [200] + [403] * 15


@pytest.fixture
def web(full: Running) -> Application:
    return full.application("web")


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_an_authorization_code(full: Running, web: Application, repetition: int) -> None:
    with Browser(full, web) as browser:
        at = browser.give_password(create_person(full))
        assert at.callback is not None
        body = web.body(
            grant_type="authorization_code", code=at.callback["code"], redirect_uri=web.callback,
            code_verifier=browser.verifier,
        )  # fmt: skip
    assert all_at_once(full, [body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_step_of_an_app(full: Running, web: Application, repetition: int) -> None:
    person = create_person(full)
    token = mfa_token(person, web)
    associate_app(person, token)
    assert confirm_app(person, web, token, person.app_code()).status_code == 200
    code = person.app_code()
    bodies = [web.body(grant_type=OTP, mfa_token=mfa_token(person, web), otp=code) for _ in range(16)]
    assert all_at_once(full, bodies) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_an_oob_code(full: Running, web: Application, repetition: int) -> None:
    person = create_person(full)
    enrol_by(person, web, "sms")
    token = mfa_token(person, web)
    oob = challenge(person, web, token, challenge_type="oob").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=sent_code(person, person.phone))
    assert all_at_once(full, [body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_the_code_of_an_enrolment(full: Running, web: Application, repetition: int) -> None:
    person = create_person(full)
    token = mfa_token(person, web)
    oob = associate_by(person, token, "sms").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=sent_code(person, person.phone))
    assert all_at_once(full, [body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_recovery_code(full: Running, web: Application, repetition: int) -> None:
    person = create_person(full)
    token = mfa_token(person, web)
    code = associate_app(person, token)["recovery_codes"][0]
    assert confirm_app(person, web, token, person.app_code()).status_code == 200
    body = web.body(grant_type=RECOVERY, mfa_token=mfa_token(person, web), recovery_code=code)
    assert all_at_once(full, [body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_refresh_token(tenant: Running, repetition: int) -> None:
    spa, person = tenant.application("spa"), create_person(tenant)
    token = tokens_of(by_password(person, spa, scope="openid offline_access"))["refresh_token"]
    body = spa.body(grant_type="refresh_token", refresh_token=token)
    assert all_at_once(tenant, [body] * 16) == ONE_OF_SIXTEEN
