"""What can be used once is used once, also by sixteen requests at the same time."""

from __future__ import annotations

import pytest

from tests.tenant.client import OOB, OTP, RECOVERY, Application, LocalTenant, tokens_of

AGAIN = pytest.mark.soak(repeats=True)
REPETITIONS = [pytest.param(number, marks=[] if number < 20 else AGAIN) for number in range(200)]
"""Twenty in `make test`, all in `make soak`."""
ONE_OF_SIXTEEN = [200] + [403] * 15


@pytest.fixture
def web(full: LocalTenant) -> Application:
    return full.application("web")


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_an_authorization_code(full: LocalTenant, web: Application, repetition: int) -> None:
    with full.browser(web) as browser:
        at = browser.give_password(full.user())
        assert at.callback is not None
        body = web.body(
            grant_type="authorization_code", code=at.callback["code"], redirect_uri=web.callback,
            code_verifier=browser.verifier,
        )  # fmt: skip
    assert full.all_at_once([body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_step_of_an_app(full: LocalTenant, web: Application, repetition: int) -> None:
    user = full.user()
    token = user.mfa_token(web)
    user.associate_app(token)
    assert user.confirm_app(web, token, user.app_code()).status_code == 200
    code = user.app_code()
    bodies = [web.body(grant_type=OTP, mfa_token=user.mfa_token(web), otp=code) for _ in range(16)]
    assert full.all_at_once(bodies) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_an_oob_code(full: LocalTenant, web: Application, repetition: int) -> None:
    user = full.user()
    user.enroll_first("sms", web)
    token = user.mfa_token(web)
    oob = user.challenge(web, token, challenge_type="oob").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=user.sms_code())
    assert full.all_at_once([body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_the_code_of_an_enrollment(full: LocalTenant, web: Application, repetition: int) -> None:
    user = full.user()
    token = user.mfa_token(web)
    oob = user.associate(token, "sms").json()["oob_code"]
    body = web.body(grant_type=OOB, mfa_token=token, oob_code=oob, binding_code=user.sms_code())
    assert full.all_at_once([body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_recovery_code(full: LocalTenant, web: Application, repetition: int) -> None:
    user = full.user()
    token = user.mfa_token(web)
    code = user.associate_app(token)["recovery_codes"][0]
    assert user.confirm_app(web, token, user.app_code()).status_code == 200
    body = web.body(grant_type=RECOVERY, mfa_token=user.mfa_token(web), recovery_code=code)
    assert full.all_at_once([body] * 16) == ONE_OF_SIXTEEN


@pytest.mark.parametrize("repetition", REPETITIONS)
def test_a_refresh_token(tenant: LocalTenant, repetition: int) -> None:
    spa, user = tenant.application("spa"), tenant.user()
    token = tokens_of(user.password_grant(spa, scope="openid offline_access"))["refresh_token"]
    body = spa.body(grant_type="refresh_token", refresh_token=token)
    assert tenant.all_at_once([body] * 16) == ONE_OF_SIXTEEN
