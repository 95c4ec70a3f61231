"""Sign in to the local tenant: in a browser, over HTTP and with Auth0's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from mfa_verification.auth0 import spa_js
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive, NotApplicable, Obstacle, Stop, TenantFault, classify
from mfa_verification.core.secret import Secret, wrong_code_for
from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from mfa_verification.login.credentials import ActionKind, ChallengeAction, Credentials, answer_with
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.login.sign_in import SignIn
from mfa_verification.settings.profile import Application, Profile
from mfa_verification.users.directory import TestUser
from mfa_verification.users.sign_ins import authorize, with_sms_code
from steps.settings import lacks_sdk
from tests.suite.conftest import enroll_phone
from tests.tenant.client import LocalTenant

NOBODY = Credentials("ava@example.com", Secret("hush", "password"))


def obstacle(tenant: Tenant, application: Application, who: Credentials) -> tuple[Obstacle, tuple[str, ...]]:
    """Sign in, and return the obstacle that stops it and the screens that were shown."""
    outcome = authorize(tenant, tenant.authentication.request(application, tenant.profile.mfa_audience, SCOPE), who)
    assert outcome.obstacle is not None
    return outcome.obstacle, outcome.screens


def test_a_wrong_password_is_an_obstacle(verified: Tenant, ava: TestUser, spa: Application) -> None:
    met, screens = obstacle(verified, spa, Credentials(ava.email, Secret("not the password", "password")))
    assert (met.screen, screens) == ("login", ("login",))
    assert "Wrong email or password" in met.seen


def test_an_unregistered_callback_is_an_obstacle(verified: Tenant, ava: TestUser, spa: Application) -> None:
    elsewhere = replace(spa, callback="https://elsewhere.test/callback")
    met, _ = obstacle(verified, elsewhere, Credentials(ava.email, ava.password))
    assert met.screen == "error page"
    assert "Callback URL mismatch" in met.seen


def test_a_wrong_sms_code_or_a_factor_that_is_not_offered_is_an_obstacle(
    verified: Tenant, ava: TestUser, spa: Application
) -> None:
    enroll_phone(ava, spa)
    wrong = Credentials(ava.email, ava.password, "sms", lambda: Secret("000000", "SMS code"))
    met, screens = obstacle(verified, spa, wrong)
    assert screens == ("login", "mfa-sms-challenge")
    assert "The code you entered is invalid" in met.seen
    met, _ = obstacle(verified, spa, Credentials(ava.email, ava.password, "otp", lambda: Secret("0", "code")))
    assert "does not offer the factor otp" in met.seen


def test_the_trace_of_a_failed_sign_in_contains_no_secret(
    verified: Tenant, browser: LoginBrowser, ava: TestUser, spa: Application
) -> None:
    enroll_phone(ava, spa)
    verified.pictures.clear()
    ava.device = device = browser.device()
    wrong = wrong_code_for(ava.enrollment.sms_code().secret)
    request = verified.authentication.request(spa, verified.profile.mfa_audience, SCOPE)
    authorize(verified, request, Credentials(ava.email, ava.password, "sms", lambda: wrong), device)
    [picture] = verified.pictures
    assert picture.trace is not None
    with ZipFile(BytesIO(picture.trace)) as trace:
        content = b"".join(trace.read(name) for name in trace.namelist()).decode()
    assert '"method": "goto"' in content and "navigat" in content
    cookies = [cookie["value"] for cookie in device._context.cookies()]
    assert cookies
    secrets = [
        ava.password.reveal(),
        wrong.reveal(),
        ava.tokens.latest.access_token.reveal(),
        request.verifier.reveal(),
    ]
    private = [request.state, request.nonce, ava.phone.number, ava.email]
    assert not [value for value in (*cookies, *secrets, *private) if value in content]


def test_an_error_on_the_callback_is_a_refusal(
    verified: Tenant, browser: LoginBrowser, ava: TestUser, spa: Application
) -> None:
    request = verified.authentication.request(spa, "https://nowhere.test/", SCOPE)
    address = f"https://{verified.profile.host}{request.path}"
    outcome = SignIn(browser.device(), address, spa.callback, []).run(Credentials(ava.email, ava.password))
    assert outcome.refusal is not None
    assert (outcome.refusal.status, outcome.refusal.error) == (None, "access_denied")
    assert "Service not found" in outcome.refusal.description


def test_an_unknown_page_is_named(verified: Tenant, browser: LoginBrowser, spa: Application) -> None:
    sign_in = SignIn(browser.device(), f"https://{verified.profile.host}/.well-known/jwks.json", spa.callback, [])
    with pytest.raises(Inconclusive, match=r"the page at /\.well-known/jwks\.json") as met:
        sign_in.run(NOBODY)
    assert met.value.cause is Cause.UNKNOWN_SCREEN


def test_a_login_page_without_a_transaction_is_the_tenants_error_page(
    verified: Tenant, browser: LoginBrowser, spa: Application
) -> None:
    sign_in = SignIn(browser.device(), f"https://{verified.profile.host}/u/login", spa.callback, [])
    met = sign_in.run(NOBODY).obstacle
    assert met is not None
    assert (met.screen, met.stop) == ("error page", Stop.TRANSACTION_EXPIRED)
    assert "couldn't find your session" in met.words


def test_a_tenant_that_is_down_is_inconclusive(browser: LoginBrowser, spa: Application) -> None:
    with pytest.raises(Inconclusive) as met:
        SignIn(browser.device(), "https://localhost:1/authorize", spa.callback, []).run(NOBODY)
    assert met.value.cause is Cause.TENANT_UNREACHABLE
    assert "hush" not in str(met.value)


def test_a_browser_that_crashed_is_started_again(browser: LoginBrowser, ava: TestUser, spa: Application) -> None:
    ava.sign_in(spa).result()
    assert browser._browser is not None
    browser._browser.close()
    assert ava.sign_in(spa).result().token_type == "Bearer"


def test_the_browser_trusts_only_the_pinned_key(profile: Profile, browser: LoginBrowser, spa: Application) -> None:
    unpinned = LoginBrowser(profile.browser_path, None, launch_arguments([profile.host], None, [spa.callback]))
    # Playwright allows one driver for each thread, so the second browser uses the first one's.
    browser.start()
    assert browser._playwright is not None
    unpinned._playwright, unpinned._browser = browser._playwright, unpinned._open(browser._playwright)
    try:
        with pytest.raises(Inconclusive) as met:
            SignIn(unpinned.device(), f"https://{profile.host}/u/login", spa.callback, []).run(NOBODY)
    finally:
        unpinned._browser.close()
    assert met.value.cause is Cause.TENANT_UNREACHABLE


@pytest.fixture(params=["browser", "http"])
def either(request: pytest.FixtureRequest, verified: Tenant, browser: LoginBrowser) -> Iterator[Tenant]:
    verified.devices = browser if request.param == "browser" else HttpDevices(verified.profile.ca_bundle)
    yield verified
    verified.devices = browser


@pytest.mark.usefixtures("either")
def test_a_session_lives_in_the_cookies_of_its_device(ava: TestUser, spa: Application) -> None:
    assert ava.sign_in.silently(spa).refusal is not None
    ava.sign_in.keep_device()
    assert ava.sign_in(spa).screens == ("login",)
    again, silent = ava.sign_in(spa), ava.sign_in.silently(spa)
    assert (again.screens, silent.screens) == ((), ())
    assert silent.result().token_type == "Bearer"
    ava.sign_in.discard_device()
    refused = ava.sign_in.silently(spa).refusal
    assert refused is not None
    assert refused.error == "login_required"


@pytest.mark.usefixtures("either")
def test_a_sign_in_answers_the_challenge_or_stops_at_it(ava: TestUser, spa: Application) -> None:
    enroll_phone(ava, spa)
    ava.sign_in(spa, with_sms_code).result()
    looks = ava.sign_in(spa, lambda _: (ChallengeAction(ActionKind.LOOK),))
    assert looks.obstacle is not None
    assert (looks.obstacle.factor, looks.stop) == ("sms", Stop.AS_ASKED)


@pytest.mark.usefixtures("either")
def test_an_authenticator_app_is_enrolled_on_the_tenants_pages(
    served: LocalTenant, verified: Tenant, ava: TestUser, spa: Application
) -> None:
    served.manage("PUT", "/guardian/policies", ["all-applications"])
    try:
        enrolling = ava.sign_in(spa, audience="", enrolls_app=True)
    finally:
        served.manage("PUT", "/guardian/policies", [])
    enrolling.result()
    assert enrolling.screens == ("login", "mfa-begin-enroll-options", *["mfa-otp-enrollment-qr"] * 2)
    assert verified.management.confirmed_factors(ava.user_id, {"totp"}) == {"totp"}
    assert ava.sign_in(spa, lambda _: (answer_with("otp", lambda: ava.app.sign_in_code(verified.clock)),)).result()


with_sdk = pytest.mark.skipif(not spa_js.SCRIPT.is_file(), reason="`make sdk` downloads the SDK; it needs Node.js")


@with_sdk
@pytest.mark.parametrize(
    ("answer", "cause"),
    [("429", Cause.RATE_LIMITED), ("503", Cause.TENANT_UNAVAILABLE), ("cut", Cause.TENANT_UNREACHABLE)],
)
def test_an_outage_during_a_sign_in_with_the_sdk_is_inconclusive(
    served: LocalTenant, ava: TestUser, spa: Application, answer: str, cause: Cause
) -> None:
    served.controls("POST", "/outages", {"path": "/oauth/token", "count": 20, "response": answer})
    try:
        with pytest.raises(Inconclusive) as met:
            ava.sign_in.by_sdk(spa)
    finally:
        served.controls("DELETE", "/outages")
    assert met.value.cause is cause, met.value


@with_sdk
def test_a_refusal_of_the_sdks_request_has_the_tenants_words(
    served: LocalTenant, ava: TestUser, spa: Application
) -> None:
    path = f"/clients/{spa.client_id}"
    served.management("PATCH", path, {"token_endpoint_auth_method": "client_secret_post"})
    refused = ava.sign_in.by_sdk(spa)
    served.management("PATCH", path, {"token_endpoint_auth_method": "none"})
    assert refused.refusal is not None
    assert str(refused.refusal) == 'access_denied (401): "Unauthorized"'
    assert refused.screens == ("login",)


@with_sdk
def test_the_sdk_rejects_the_callback_of_another_request(ava: TestUser, spa: Application) -> None:
    device = ava.tenant.devices.device()
    sdk = spa_js.SpaJs(device, spa, ava.tenant.profile.host, [], ava.tenant.clock)
    sdk.login(ava.tenant.profile.mfa_audience, SCOPE)
    with pytest.raises(TenantFault) as met:
        sdk.take({"code": Secret("x", "code"), "state": Secret("of another", "state")})
    device.close()
    assert met.value.cause is Cause.CALLBACK_NOT_VALID


def test_without_the_sdk_its_scenario_is_not_applicable(ava: TestUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spa_js, "SCRIPT", Path("nowhere"))
    with pytest.raises(NotApplicable, match="make sdk") as met:
        lacks_sdk(ava.tenant)
    assert classify(met.value, judging=True)[:2] == (Verdict.NOT_APPLICABLE, Cause.NODE_MISSING)


def test_the_sdk_needs_a_callback_that_browsers_treat_as_secure(ava: TestUser, spa: Application) -> None:
    with pytest.raises(NotApplicable, match="https or localhost"):
        ava.sign_in.by_sdk(replace(spa, callback="http://app.example.test/callback"))
