"""Enrollment on pages: during a sign-in that requires it (AF-PAGE-22, AF-API-19), and by a ticket.

Facts about tickets: AF-PHONE-13, AF-PHONE-14.
"""

from __future__ import annotations

import re

import pytest

from tests.tenant.browser import Page
from tests.tenant.client import PASSWORD, Application, Browser, LocalTenant, User, wrong
from tests.tenant.in_process import DEFAULT, InProcess

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"
REQUIRED = DEFAULT.replace('policy = "never"', 'policy = "all-applications"').replace(
    "recovery-code = false", "recovery-code = true"
)
TICKETS = "/guardian/enrollments/ticket"
DAYS = 86_400


@pytest.fixture
def tenant() -> InProcess:
    """A tenant with SMS, OTP and recovery codes that requires MFA for all applications."""
    return InProcess(REQUIRED)


def start(browser: Browser, user: User, factor: str) -> Page:
    at = browser.give_password(user, audience=None)
    assert at.path == "/u/mfa-enroll-options", at.callback
    return browser.post(at, action=factor)


def save_recovery_code(browser: Browser, at: Page) -> None:
    """Confirm that the recovery code on the page was saved; the sign-in continues to the callback."""
    assert at.path == "/u/mfa-recovery-code-enrollment"
    assert browser.post(at).error == "no-confirmation"
    assert re.search(r">([A-Z0-9]{24})<", at.html)
    assert browser.redeem(browser.post(at, saved="on")).status_code == 200


def test_a_phone_with_a_country_code(tenant: InProcess, user: User, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = start(browser, user, "sms")
        assert at.path == "/u/mfa-sms-enrollment"
        button = at.element("button", value="pick-country-code")
        assert button["aria-label"] == "Select country code, currently set to United States, US, +1"
        countries = browser.post(at, action="pick-country-code")
        assert countries.path == "/u/mfa-country-codes"
        countries.element("input", id="with-search", **{"aria-controls": "with-selector-list"})
        at = browser.post(countries, action="selection-action::DE49")
        assert "Germany, DE, +49" in (at.element("button", value="pick-country-code")["aria-label"] or "")
        at = browser.post(browser.post(at, action="pick-country-code"), action="US1")
        assert browser.post(at, phone="").error == "no-phone"
        refused = browser.post(at, phone="<12>")
        assert (refused.response.status_code, refused.error) == (400, "invalid-phone-format")
        at = browser.post(at, phone=user.phone.removeprefix("+1"))
        assert at.path == "/u/mfa-sms-enrollment-verify"
        assert user.phone not in at.html
        code = user.sms_code()
        assert browser.post(at, code="").error == "no-code"
        assert browser.post(at, code=wrong(code)).error == "invalid-code"
        assert user.confirmed() == []
        assert browser.post(at, action="back-action").path == "/u/mfa-sms-enrollment"
        again = browser.post(at, action="resend-code")
        assert again.path == "/u/mfa-sms-enrollment-verify"
        done = browser.post(again, code=user.sms_code())
        for path in ("mfa-enroll-options", "mfa-sms-enrollment", "mfa-otp-enrollment", "mfa-sms-enrollment-verify"):
            assert browser.get(f"/u/{path}?state={done.state}").path == "/u/mfa-recovery-code-enrollment"
        save_recovery_code(browser, done)
    assert user.confirmed() == ["phone", "recovery-code"]
    assert {"gd_start_enroll", "gd_enrollment_complete", "gd_send_sms", "gd_auth_failed"} <= set(user.events())
    with tenant.browser(web) as browser:
        assert browser.give_password(user, audience=None).path == "/u/mfa-sms-challenge"


def test_an_app_by_barcode_and_by_key(tenant: InProcess, user: User, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = start(browser, user, "otp")
        assert at.path == "/u/mfa-otp-enrollment"
        barcode = at.element("img", id="qr-code")["src"] or ""
        assert barcode.startswith("data:image/png;base64,")
        assert "text-code" not in at.html
        at = browser.post(at, action="toggle-view")
        secret = re.search(r'id="text-code"[^>]*>([A-Z2-7]{32})<', at.html)
        assert secret is not None
        assert browser.post(at, action="toggle-view").element("img", id="qr-code")["src"] == barcode
        user.secret = secret[1]
        code = user.app_code()
        assert browser.post(at, code="12345").error == "invalid-code"
        assert browser.post(at, code=wrong(code)).error == "invalid-code"
        save_recovery_code(browser, browser.post(at, code=code))
    assert user.confirmed() == ["recovery-code", "totp"]


def test_a_browser_on_a_phone_shows_the_key(tenant: InProcess, user: User, web: Application) -> None:
    with tenant.browser(web) as browser:
        browser.cookies.headers["User-Agent"] = IPHONE
        at = start(browser, user, "otp")
        assert (at.elements("img")[-1]["id"], "text-code" in at.html) == ("prompt-logo-center", True)


def test_the_policy_does_not_apply_to_the_mfa_audience(tenant: InProcess, user: User, web: Application) -> None:
    with tenant.browser(web) as browser:
        assert browser.give_password(user).callback is not None
        refused = browser.authorize(audience=None, prompt="none").callback or {}
        assert (refused["error"], refused["error_description"]) == (
            "login_required", "Multifactor authentication required",
        )  # fmt: skip
        assert browser.authorize(audience=None).path == "/u/mfa-enroll-options"


def test_a_phone_by_voice_call(full: LocalTenant) -> None:
    user, web = full.user(), full.web
    with full.browser(web) as browser:
        at = start(browser, user, "phone")
        assert at.path == "/u/mfa-phone-enrollment"
        assert at.element("input", type="radio", name="type", value="sms").get("checked", "no") is None
        at.element("input", type="radio", name="type", value="voice")
        at = browser.post(at, phone=user.phone, type="voice")
        save_recovery_code(browser, browser.post(at, code=user.sms_code()))
    assert "gd_send_voice" in user.events() and "gd_send_sms" not in user.events()


def test_a_new_user_signs_up_and_must_enroll(tenant: InProcess, web: Application) -> None:
    email = "Mary.Signs.Up@example.test"
    with tenant.browser(web) as browser:
        at = browser.authorize(screen_hint="signup", audience=None)
        assert browser.post(at, email="", password="x").error == "no-email"
        assert browser.post(at, email="mary", password="x").error == "invalid-email-format"
        assert browser.post(at, email=email, password="").error == "no-password"
        weak = browser.post(at, email=email, password="short")
        assert (weak.response.status_code, weak.error) == (400, "password-too-weak")
        assert browser.post(at, email=email, password=PASSWORD).path == "/u/mfa-enroll-options"
    with tenant.browser(web) as browser:
        at = browser.authorize(screen_hint="signup")
        assert browser.post(at, email=email, password=PASSWORD).error == "email-in-use"
    (found,) = tenant.manage("GET", f"/users-by-email?email={email.lower()}")
    assert "ss" in User(tenant, found["user_id"], email).events()


@pytest.fixture
def mary() -> User:
    """A user of a tenant that does not require MFA."""
    return InProcess().user()


def ticket_for(user: User, **more: object) -> str:
    """Create a ticket, and return the path and query of its link."""
    url: str = user.tenant.manage("POST", TICKETS, {"user_id": user.user_id, **more})["ticket_url"]
    return url.removeprefix(user.tenant.url(""))


def window(user: User) -> Browser:
    return user.tenant.browser(user.tenant.web)


def test_a_ticket_enrolls_one_phone(mary: User) -> None:
    path = ticket_for(mary)
    with window(mary) as other, window(mary) as browser:
        left_open = other.get(path)
        at = browser.get(path)
        assert at.path == "/u/mfa-enroll-options"
        at = browser.post(browser.post(at, action="sms"), phone=mary.phone, action="default")
        assert at.path == "/u/mfa-sms-enrollment-verify"
        code = mary.sms_code()
        assert browser.post(at, code=wrong(code), action="default").error == "invalid-code"
        done = browser.post(at, code=code, action="default")
        assert (done.response.status_code, done.error) == (200, None)
        assert "You are enrolled" in done.html
        assert mary.confirmed() == ["phone"]
        assert other.post(left_open, action="otp").response.status_code == 400
        again = browser.get(path)
    assert (again.response.status_code, "already used, or has expired" in again.html) == (403, True)


def test_a_ticket_does_not_sign_the_user_in(mary: User) -> None:
    with window(mary) as browser:
        browser.get(ticket_for(mary))
        assert browser.authorize().path.startswith("/u/login")


def test_an_enrolled_user_needs_a_ticket_that_allows_another_factor(mary: User) -> None:
    made = {"type": "phone", "phone_number": mary.phone, "preferred_authentication_method": "sms"}
    mary.tenant.manage("POST", f"/users/{mary.user_id}/authentication-methods", made)
    with window(mary) as browser:
        assert "already enrolled" in browser.get(ticket_for(mary)).html
        assert browser.get(ticket_for(mary, allow_multiple_enrollments=True)).path == "/u/mfa-enroll-options"


@pytest.mark.parametrize(("after", "path"), [(5 * DAYS - 1, "/u/mfa-enroll-options"), (5 * DAYS, "/mfa/enrollment")])
def test_a_ticket_is_valid_for_five_days(mary: User, after: int, path: str) -> None:
    ticket = ticket_for(mary)
    mary.tenant.move_clock(after)
    with window(mary) as browser:
        assert browser.get(ticket).path == path


def test_a_ticket_by_email_address(mary: User) -> None:
    assert mary.tenant.management("POST", TICKETS, {"email": mary.email}).status_code == 200
