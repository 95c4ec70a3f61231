"""/authorize and the pages of Universal Login, as a browser meets them."""

from __future__ import annotations

import pytest

from tests.tenant.client import PASSWORD, Application, LocalTenant, User, wrong


def test_an_error_at_the_callback_brings_the_state_back(tenant: LocalTenant, application: Application) -> None:
    with tenant.browser(application) as browser:
        at = browser.authorize(prompt="none")
    assert at.callback == {
        "error": "login_required", "error_description": "Login required", "state": browser.state,
    }  # fmt: skip


def test_the_login_page_has_the_fields_of_the_contract(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        at = browser.authorize(login_hint="mary@example.test")
    assert at.path == "/u/login"
    assert (at.element("input", name="state")["value"] or "").startswith("hKFo2S")
    username = at.element("input", id="username", name="username", type="text", inputmode="email")
    assert username["value"] == "mary@example.test"
    at.element("input", id="password", name="password", type="password")
    at.element("button", name="action", value="default", **{"data-action-button-primary": "true"})
    assert "action" not in at.element("form", **{"data-form-primary": "true"})
    assert at.error is None


def test_wrong_credentials_show_the_page_again_with_400(tenant: LocalTenant, web: Application, user: User) -> None:
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
        assert browser.get(f"/authorize/resume?state={page.element('input', name='state')['value']}").path == page.path
        at = browser.post(page, action="resend-code", rememberBrowser="false")
        assert at.path == "/u/mfa-sms-challenge"
        assert browser.post(page, code=code, action="default").error == "invalid-code"
        assert browser.post(page, code=user.sms_code(), rememberBrowser="true").callback is not None
    assert len(tenant.messages(user.phone)) == 3


def test_the_otp_challenge(tenant: LocalTenant, web: Application, user: User) -> None:
    user.enroll("otp", web)
    with tenant.browser(web) as browser:
        page = browser.give_password(user)
        assert browser.post(page, code="12345", action="default").error == "invalid-otp-code-format"
        code = user.app_code()
        assert browser.post(page, code=wrong(code), action="default").error == "invalid-code"
        assert browser.post(page, code=code, action="default").callback is not None


def test_remembering_the_browser_does_not_spare_the_challenge(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert browser.post(at, code=user.sms_code(), rememberBrowser="true").callback is not None
        assert browser.give_password(user, prompt="login").path == "/u/mfa-sms-challenge"


def test_a_session_signs_in_silently_only_as_far_as_it_was_proved(
    tenant: LocalTenant, web: Application, user: User
) -> None:
    with tenant.browser(web) as browser:
        assert browser.give_password(user).callback is not None
        silent = browser.authorize(prompt="none")
        assert silent.callback is not None
        assert browser.redeem(silent).status_code == 200
        user.enroll("sms", web)
        refused = browser.authorize(prompt="none").callback
        assert refused is not None
        assert (refused["error"], refused["error_description"]) == (
            "login_required", "Multifactor authentication required",
        )  # fmt: skip
        at = browser.authorize()
        assert at.path == "/u/mfa-sms-challenge"
        assert browser.post(at, code=user.sms_code()).callback is not None
        proved = browser.authorize(prompt="none").callback
        assert proved is not None
        assert "code" in proved


@pytest.mark.parametrize("path", ["login", "mfa-sms-challenge", "mfa-otp-challenge", "mfa-login-options"])
def test_a_page_without_a_sign_in_leads_nowhere(tenant: LocalTenant, web: Application, path: str) -> None:
    with tenant.browser(web) as browser:
        assert browser.get(f"/u/{path}?state=hKFo2Snothing").response.status_code == 400
        assert browser.get(f"/u/{path}").response.status_code == 400


def test_challenge_pages_before_the_password_lead_to_the_password(tenant: LocalTenant, web: Application) -> None:
    with tenant.browser(web) as browser:
        state = browser.authorize().element("input", name="state")["value"]
        for path in ("mfa-sms-challenge", "mfa-otp-challenge", "mfa-login-options"):
            assert browser.get(f"/u/{path}?state={state}").path == "/u/login"
