"""The sign-in pages of Universal Login: password, MFA challenges and the list of them (AF-PAGE-20, AF-PAGE-21)."""

from __future__ import annotations

import re

import pytest

from tests.tenant.browser import Page
from tests.tenant.client import PASSWORD, Application, Browser, LocalTenant, User, tokens_of, wrong


def test_an_error_at_the_callback_has_the_state(tenant: LocalTenant, application: Application) -> None:
    with tenant.browser(application) as browser:
        at = browser.authorize(prompt="none")
    assert at.callback == {
        "error": "login_required", "error_description": "Login required", "state": browser.state,
    }  # fmt: skip


def test_the_fields_of_the_login_page(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = browser.authorize(login_hint="mary@example.test")
    assert at.path == "/u/login"
    assert at.state.startswith("hKFo2S")
    username = at.element("input", id="username", name="username", type="text", inputmode="email")
    assert username["value"] == "mary@example.test"
    at.element("input", id="password", name="password", type="password")
    at.element("button", name="action", value="default", **{"data-action-button-primary": "true"})
    assert "action" not in at.element("form", **{"data-form-primary": "true"})
    assert at.error is None


def test_wrong_credentials(tenant: LocalTenant, web: Application, user: User) -> None:
    with tenant.browser(web) as browser:
        page = browser.authorize()
        at = browser.post(page, username=user.email, password="Wrong-Horse-9", action="default")
        assert (at.path, at.response.status_code, at.error) == ("/u/login", 400, "wrong-email-credentials")
        at.element("span", id="error-element-password")
        assert at.element("input", id="password")["aria-invalid"] == "true"
        assert browser.post(page, username="", password="x").error == "no-username"
        assert browser.post(page, username=user.email, password="").error == "no-password"
        assert browser.post(page, username="<b>", password="x").html.count("<b>") == 0
        assert browser.post(page, username=user.email.upper(), password=PASSWORD).callback is not None


def test_the_sms_challenge(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        page = browser.give_password(user)
        assert f"XXXXXXXX{user.phone[-4:]}" in page.html
        assert user.phone not in page.html
        page.element("input", id="code", name="code", type="text")
        page.element("input", id="rememberBrowser", type="checkbox", value="true")
        page.element("button", name="action", value="resend-code")
        code = user.sms_code()
        at = browser.post(page, code=wrong(code), action="default")
        assert (at.path, at.response.status_code, at.error) == ("/u/mfa-sms-challenge", 400, "invalid-code")
        at.element("span", id="error-element-code")
        assert browser.get(f"/authorize/resume?state={page.state}").path == page.path
        at = browser.post(page, action="resend-code", rememberBrowser="false")
        assert at.path == "/u/mfa-sms-challenge"
        assert browser.post(page, code=code, action="default").error == "invalid-code"
        assert browser.post(page, code=user.sms_code(), rememberBrowser="true").callback is not None
        assert browser.give_password(user, prompt="login").path == "/u/mfa-sms-challenge", (
            "the MFA audience requires it"
        )
    assert len(tenant.messages(user.phone)) == 4


def test_the_otp_challenge(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("otp", web)
    with tenant.browser(web) as browser:
        page = browser.give_password(user)
        assert browser.post(page, code="12345", action="default").error == "invalid-otp-code-format"
        code = user.app_code()
        assert browser.post(page, code=wrong(code), action="default").error == "invalid-code"
        assert browser.post(page, code=code, action="default").callback is not None


def test_a_session_without_mfa_is_not_enough_after_enrollment(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    with tenant.browser(web) as browser:
        assert browser.give_password(user).callback is not None
        assert browser.redeem(browser.authorize(prompt="none")).status_code == 200
        user.enroll("sms", web)
        refused = browser.authorize(prompt="none").callback or {}
        assert (refused["error"], refused["error_description"]) == (
            "login_required", "Multifactor authentication required",
        )  # fmt: skip
        at = browser.authorize()
        assert at.path == "/u/mfa-sms-challenge"
        assert browser.post(at, code=user.sms_code()).callback is not None
        assert "code" in (browser.authorize(prompt="none").callback or {})


@pytest.mark.parametrize("path", ["login", "mfa-sms-challenge", "mfa-otp-challenge", "mfa-login-options"])
def test_a_page_without_its_sign_in(tenant: LocalTenant, web: Application, path: str) -> None:
    with tenant.browser(web) as browser:
        assert browser.get(f"/u/{path}?state=hKFo2Snothing").response.status_code == 400
        assert browser.get(f"/u/{path}").response.status_code == 400
        assert browser.get(f"/u/{path}?state={browser.authorize().state}").path == "/u/login"


@pytest.fixture
def ada(full: LocalTenant) -> User:
    return full.user()


@pytest.fixture
def recovery_code(full: LocalTenant, ada: User) -> str:
    """Give the user a phone for SMS and voice calls and a verified email address; return the recovery code."""
    full.manage("PATCH", f"/users/{ada.user_id}", {"email_verified": True})
    token = ada.mfa_token(full.web)
    started = tokens_of(ada.associate(token, "sms"))
    ada.confirm(full.web, token, started["oob_code"], ada.sms_code())
    code: str = started["recovery_codes"][0]
    return code


def offered(at: Page) -> list[str]:
    return [one["value"] or "" for one in at.elements("button") if one.get("name") == "action"]


def pick(browser: Browser, at: Page, method: str) -> Page:
    """Open the list of methods, and choose one."""
    at = browser.post(at, action="pick-authenticator")
    assert at.path == "/u/mfa-login-options"
    return browser.post(at, action=next(value for value in offered(at) if value.startswith(method)))


def test_the_list_offers_every_method(full: LocalTenant, ada: User, recovery_code: str) -> None:
    ada.enroll_with(ada.mfa_access_token(full.web), "otp", full.web)
    with full.browser(full.web) as browser:
        at = browser.give_password(ada)
        assert at.path == "/u/mfa-otp-challenge", "the method that was used last"
        at = browser.post(at, action="pick-authenticator")
        assert offered(at) == ["otp::0", "sms::1", "voice::2", "email::3", "recovery-code::4"]
        for factor in ("otp", "sms", "voice", "email", "recovery-code"):
            at.element("form", **{"class": f"ulp-action-form-{factor}", "method": "POST"})
            at.element("li", **{"class": f"_selector-item-{factor}"})
        assert browser.post(at, action="nothing").path == "/u/mfa-login-options"
        assert browser.post(at, action="sms").path == "/u/mfa-sms-challenge", "newer builds omit the index"


def test_an_email_address_alone_is_no_factor(full: LocalTenant, ada: User) -> None:
    full.manage("PATCH", f"/users/{ada.user_id}", {"email_verified": True})
    with full.browser(full.web) as browser:
        assert browser.give_password(ada).callback is not None


def test_the_email_challenge(full: LocalTenant, ada: User, recovery_code: str) -> None:
    with full.browser(full.web) as browser:
        at = pick(browser, browser.give_password(ada), "email")
        assert at.path == "/u/mfa-email-challenge"
        assert ada.email not in at.html
        assert "****@exam****" in at.html
        code = ada.email_code()
        assert browser.post(at, code=wrong(code)).error == "invalid-code"
        again = browser.post(at, action="resend-code")
        assert browser.post(again, code=code).error == "invalid-code", "only the newest code is valid"
        assert browser.post(again, code=ada.email_code()).callback is not None


def test_switching_between_sms_and_voice_call(full: LocalTenant, ada: User, recovery_code: str) -> None:
    with full.browser(full.web) as browser:
        at = browser.give_password(ada)
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, action="switch-to-voice")
        assert at.path == "/u/mfa-voice-challenge"
        assert "switch-to-text" in offered(at)
        assert "calling" in at.html
        spoken = ada.sms_code()
        assert browser.post(at, action="switch-to-text").path == "/u/mfa-sms-challenge"
        at = browser.post(at, action="switch-to-voice")
        if (newest := ada.sms_code()) != spoken:
            assert browser.post(at, code=spoken).error == "invalid-code"
        assert browser.redeem(browser.post(at, code=newest)).status_code == 200


def test_a_recovery_code_is_used_once_and_replaced(full: LocalTenant, ada: User, recovery_code: str) -> None:
    with full.browser(full.web) as browser:
        at = pick(browser, browser.give_password(ada), "recovery-code")
        assert at.path == "/u/mfa-recovery-code-challenge"
        at.element("input", id="code", name="code", type="text")
        assert browser.post(at, code="123456").error == "invalid-code-format"
        assert browser.post(at, code="A" * 24).error == "invalid-code"
        at = browser.post(at, code=f" {recovery_code[:12].lower()}-{recovery_code[12:]}")
        assert at.path == "/u/mfa-recovery-code-challenge-new-code"
        new = re.search(r">([A-Z0-9]{24})<", at.html)
        assert new is not None and new[1] != recovery_code
        unsaved = browser.post(at)
        assert (unsaved.response.status_code, unsaved.error) == (400, "no-confirmation")
        unsaved.element("span", id="error-element-saved")
        assert browser.post(at, saved="on").callback is not None
    with full.browser(full.web) as browser:
        at = pick(browser, browser.give_password(ada), "recovery-code")
        assert browser.post(at, code=recovery_code).error == "invalid-code", "it was used"
        assert browser.post(at, code=new[1]).path == "/u/mfa-recovery-code-challenge-new-code"


def test_wrong_recovery_codes_are_counted_and_logged(full: LocalTenant, ada: User, recovery_code: str) -> None:
    with full.browser(full.web) as browser:
        at = pick(browser, browser.give_password(ada), "recovery-code")
        for _ in range(10):
            assert browser.post(at, code="A" * 24).error == "invalid-code"
        assert browser.post(at, code=recovery_code).error == "too-many-failures"
    assert ada.events().count("gd_recovery_failed") == 10
    assert {"gd_recovery_rate_limit_exceed", "mfar", "gd_start_auth"} <= set(ada.events())


def test_a_second_phone_is_picked_from_the_list_of_phones(full: LocalTenant, ada: User) -> None:
    ada.enroll_first("sms", full.web)
    first, token = ada.phone, ada.mfa_access_token(full.web)
    ada.phone = f"{first[:-4]}0042" if not first.endswith("0042") else f"{first[:-4]}0043"
    ada.enroll_with(token, "sms", full.web)
    with full.browser(full.web) as browser:
        at = browser.post(browser.give_password(ada), action="pick-sms")
        assert at.path == "/u/mfa-sms-list"
        assert [one for one in offered(at) if one.startswith("selection")] == [
            "selection-action::0", "selection-action::1",
        ]  # fmt: skip
        at = browser.post(at, action="selection-action::0")
        assert (at.path, first[-4:] in at.html) == ("/u/mfa-sms-challenge", True)
        assert browser.post(at, code=ada.sms_code(first)).callback is not None


def test_every_other_page_leads_to_the_current_challenge(full: LocalTenant, ada: User, recovery_code: str) -> None:
    with full.browser(full.web) as browser:
        state = browser.give_password(ada).state
        for path in (
            "mfa-otp-challenge", "mfa-email-challenge", "mfa-recovery-code-challenge", "mfa-enroll-options",
            "mfa-sms-enrollment", "mfa-sms-enrollment-verify", "mfa-otp-enrollment", "mfa-recovery-code-enrollment",
            "mfa-recovery-code-challenge-new-code", "consent", "passkey-enrollment", "login", "signup",
        ):  # fmt: skip
            assert browser.get(f"/u/{path}?state={state}").path == "/u/mfa-sms-challenge", path
        assert browser.get(f"/u/no-such?state={state}").response.status_code == 404
