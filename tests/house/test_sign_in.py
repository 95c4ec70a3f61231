"""The sign-in driver, in a real browser: it gets through, or names what stopped it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from mfa_verification.auth0.authentication import AuthorizationCode
from mfa_verification.auth0.mfa_api import SCOPE, Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive, Outcome, Stop
from mfa_verification.core.secret import Secret, wrong_code_for
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from mfa_verification.login.credentials import ActionKind, ChallengeAction, Credentials, answer_with
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.login.sign_in import SignIn
from mfa_verification.settings.profile import Application, Profile
from mfa_verification.users.confirmations import as_it_is
from mfa_verification.users.directory import TestUser
from mfa_verification.users.sign_ins import authorize, with_sms_code
from tests.tenant.client import LocalTenant


def code_for(tenant: Tenant, application: Application, who: Credentials) -> Outcome[AuthorizationCode]:
    request = tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE)
    return authorize(tenant, request, who)


def test_a_wrong_password_is_an_obstacle_in_the_tenants_words(
    verified: Tenant, ava: TestUser, spa: Application
) -> None:
    wrong = Credentials(ava.email, Secret("not the password", "password"))
    outcome = code_for(verified, spa, wrong)
    assert outcome.obstacle is not None
    assert (outcome.obstacle.screen, outcome.screens) == ("login", ("login",))
    assert "Wrong email or password" in outcome.obstacle.seen


def test_a_wrong_texted_code_is_an_obstacle_in_the_tenants_words(
    verified: Tenant, ava: TestUser, spa: Application
) -> None:
    ava.sign_in(spa).result()
    ava.enrollment.start(Factor.SMS).result()
    ava.enrollment.confirm(ava.enrollment.sms_code(), as_it_is).result()
    wrong = Credentials(ava.email, ava.password, "sms", lambda: Secret("000000", "SMS code"))
    outcome = code_for(verified, spa, wrong)
    assert outcome.obstacle is not None
    assert outcome.screens == ("login", "mfa-sms-challenge")
    assert "The code you entered is invalid" in outcome.obstacle.seen


def test_the_trace_of_a_failed_sign_in_holds_no_secret(
    verified: Tenant, browser: LoginBrowser, ava: TestUser, spa: Application
) -> None:
    ava.sign_in(spa).result()
    ava.enrollment.start(Factor.SMS).result()
    ava.enrollment.confirm(ava.enrollment.sms_code(), as_it_is).result()
    verified.pictures.clear()
    ava.device = device = browser.device()
    wrong = wrong_code_for(ava.enrollment.sms_code().secret)
    request = verified.authentication.request(spa, verified.profile.mfa_audience, SCOPE)
    who = Credentials(ava.email, ava.password, "sms", lambda: wrong)
    authorize(verified, request, who, device)
    [picture] = verified.pictures
    assert picture.trace is not None
    with ZipFile(BytesIO(picture.trace)) as trace:
        held = b"".join(trace.read(name) for name in trace.namelist()).decode()
    assert '"method": "goto"' in held and "navigat" in held
    cookies = [cookie["value"] for cookie in device._context.cookies()]
    shown = [ava.password.reveal(), wrong.reveal(), ava.tokens.latest.access_token.reveal(), request.verifier.reveal()]
    assert cookies
    assert [
        secret
        for secret in (*cookies, *shown, request.state, request.nonce, ava.phone.number, ava.email)
        if secret in held
    ] == []


def test_a_factor_that_is_not_offered_is_an_obstacle(verified: Tenant, ava: TestUser, spa: Application) -> None:
    ava.sign_in(spa).result()
    ava.enrollment.start(Factor.SMS).result()
    ava.enrollment.confirm(ava.enrollment.sms_code(), as_it_is).result()
    outcome = code_for(verified, spa, Credentials(ava.email, ava.password, "otp", lambda: Secret("0", "code")))
    assert outcome.obstacle is not None
    assert "does not offer the factor otp" in outcome.obstacle.seen


def test_a_callback_that_is_not_registered_is_an_obstacle(verified: Tenant, ava: TestUser, spa: Application) -> None:
    elsewhere = replace(spa, callback="https://elsewhere.test/callback")
    outcome = code_for(verified, elsewhere, Credentials(ava.email, ava.password))
    assert outcome.obstacle is not None
    assert outcome.obstacle.screen == "error page"
    assert "Callback URL mismatch" in outcome.obstacle.seen


def test_an_error_on_the_callback_is_a_refusal(
    verified: Tenant, browser: LoginBrowser, ava: TestUser, spa: Application
) -> None:
    request = verified.authentication.request(spa, "https://nowhere.test/", SCOPE)
    address = f"https://{verified.profile.host}{request.path}"
    outcome = SignIn(browser.device(), address, spa.callback, []).run(Credentials(ava.email, ava.password))
    assert outcome.refusal is not None
    assert (outcome.refusal.status, outcome.refusal.error) == (None, "access_denied")
    assert "Service not found" in outcome.refusal.description


def test_a_page_that_is_no_known_screen_is_named(verified: Tenant, browser: LoginBrowser, spa: Application) -> None:
    driver = SignIn(browser.device(), f"https://{verified.profile.host}/.well-known/jwks.json", spa.callback, [])
    with pytest.raises(Inconclusive, match=r"the page at /\.well-known/jwks\.json") as trouble:
        driver.run(Credentials("ava@example.com", Secret("hush", "password")))
    assert trouble.value.cause is Cause.UNKNOWN_SCREEN


def test_a_page_of_nobodys_sign_in_is_the_tenants_error_page(
    verified: Tenant, browser: LoginBrowser, spa: Application
) -> None:
    driver = SignIn(browser.device(), f"https://{verified.profile.host}/u/login", spa.callback, [])
    obstacle = driver.run(Credentials("ava@example.com", Secret("hush", "password"))).obstacle
    assert obstacle is not None
    assert (obstacle.screen, obstacle.stop) == ("error page", Stop.TRANSACTION_EXPIRED)
    assert "couldn't find your session" in obstacle.words


def test_a_tenant_that_does_not_answer_is_trouble(browser: LoginBrowser, spa: Application) -> None:
    driver = SignIn(browser.device(), "https://localhost:1/authorize", spa.callback, [])
    with pytest.raises(Inconclusive) as trouble:
        driver.run(Credentials("ava@example.com", Secret("hush", "password")))
    assert trouble.value.cause is Cause.TENANT_UNREACHABLE
    assert "hush" not in str(trouble.value)


def test_a_browser_that_crashed_is_started_again(
    verified: Tenant, browser: LoginBrowser, ava: TestUser, spa: Application
) -> None:
    ava.sign_in(spa).result()
    assert browser._browser is not None
    browser._browser.close()
    assert ava.sign_in(spa).result().token_type == "Bearer"


def test_only_the_pinned_key_is_trusted(profile: Profile, browser: LoginBrowser, spa: Application) -> None:
    unpinned = LoginBrowser(profile.browser_path, None, launch_arguments([profile.host], None, [spa.callback]))
    # One driver a thread: the second browser comes from the first one's.
    browser.start()
    assert browser._playwright is not None
    unpinned._playwright, unpinned._browser = browser._playwright, unpinned._open(browser._playwright)
    driver = SignIn(unpinned.device(), f"https://{profile.host}/u/login", spa.callback, [])
    try:
        with pytest.raises(Inconclusive) as trouble:
            driver.run(Credentials("ava@example.com", Secret("hush", "password")))
    finally:
        unpinned._browser.close()
    assert trouble.value.cause is Cause.TENANT_UNREACHABLE


@pytest.fixture(params=["browser", "http"])
def either(request: pytest.FixtureRequest, verified: Tenant, browser: LoginBrowser) -> Iterator[Tenant]:
    verified.devices = browser if request.param == "browser" else HttpDevices(verified.profile.ca_bundle)
    yield verified
    verified.devices = browser


@pytest.mark.usefixtures("either")
def test_a_session_lives_on_a_device_that_was_kept(ava: TestUser, spa: Application) -> None:
    assert ava.sign_in.silently(spa).refusal is not None
    ava.sign_in.keep_device()
    assert ava.sign_in(spa).screens == ("login",)
    within, silent = ava.sign_in(spa), ava.sign_in.silently(spa)
    assert (within.screens, silent.screens) == ((), ())
    assert silent.result().token_type == "Bearer"
    ava.sign_in.discard_device()
    again = ava.sign_in.silently(spa)
    assert again.refusal is not None
    assert again.refusal.error == "login_required"


@pytest.mark.usefixtures("either")
def test_the_local_tenants_own_screens_either_way(ava: TestUser, spa: Application) -> None:
    ava.sign_in(spa).result()
    ava.enrollment.start(Factor.SMS).result()
    ava.enrollment.confirm(ava.enrollment.sms_code(), as_it_is).result()
    ava.sign_in(spa, with_sms_code).result()
    looks = ava.sign_in(spa, lambda _: (ChallengeAction(ActionKind.LOOK),))
    assert looks.obstacle is not None
    assert (looks.obstacle.factor, looks.stop) == ("sms", Stop.AS_ASKED)


@pytest.mark.usefixtures("either")
def test_an_app_is_enrolled_on_the_local_tenants_own_pages(
    served: LocalTenant, verified: Tenant, ava: TestUser, spa: Application
) -> None:
    assert served.management("PUT", "/guardian/policies", ["all-applications"]).ok
    try:
        enrolling = ava.sign_in(spa, audience="", enrolls_app=True)
    finally:
        assert served.management("PUT", "/guardian/policies", []).ok
    enrolling.result()
    assert enrolling.screens == ("login", "mfa-begin-enroll-options", *["mfa-otp-enrollment-qr"] * 2)
    assert verified.management.confirmed_factors(ava.user_id, {"totp"}) == {"totp"}
    assert ava.sign_in(spa, lambda _: (answer_with("otp", lambda: ava.app.sign_in_code(verified.clock)),)).result()
