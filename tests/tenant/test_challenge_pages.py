"""The challenges on Universal Login's pages, and the picker between them (AF-PAGE-20, AF-PAGE-21)."""

from __future__ import annotations

import re

import pytest

from tests.tenant.browser import Page
from tests.tenant.client import Application, Browser, LocalTenant, User, tokens_of, wrong


@pytest.fixture
def user(full: LocalTenant) -> User:
    return full.user()


@pytest.fixture
def web(full: LocalTenant) -> Application:
    return full.application("web")


@pytest.fixture
def recovery_code(full: LocalTenant, user: User, web: Application) -> str:
    """A user with a phone that is texted and called, a verified address, and this recovery code."""
    full.management("PATCH", f"/users/{user.user_id}", {"email_verified": True})
    token = user.mfa_token(web)
    begun = tokens_of(user.associate(token, "sms"))
    user.confirm(web, token, begun["oob_code"], user.sms_code())
    code: str = begun["recovery_codes"][0]
    return code


def offered(at: Page) -> list[str]:
    return [one["value"] or "" for one in at.elements("button") if one.get("name") == "action"]


def pick(browser: Browser, at: Page, method: str) -> Page:
    """Go to the picker, and choose a method by its name."""
    at = browser.post(at, action="pick-authenticator")
    assert at.path == "/u/mfa-login-options"
    return browser.post(at, action=next(value for value in offered(at) if value.startswith(method)))


def test_the_picker_offers_everything_each_in_its_form(
    full: LocalTenant, user: User, web: Application, recovery_code: str
) -> None:
    token = user.sign_in(web)["access_token"]
    user.associate_app(token)
    assert user.confirm_app(web, token, user.app_code()).status_code == 200
    with full.browser(web) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/mfa-otp-challenge", "what was used last"
        at = browser.post(at, action="pick-authenticator")
        assert offered(at) == ["otp::0", "sms::1", "voice::2", "email::3", "recovery-code::4"]
        for factor in ("otp", "sms", "voice", "email", "recovery-code"):
            at.element("form", **{"class": f"ulp-action-form-{factor}", "method": "POST"})
            at.element("li", **{"class": f"_selector-item-{factor}"})
        assert browser.post(at, action="nothing").path == "/u/mfa-login-options"
        assert browser.post(at, action="sms").path == "/u/mfa-sms-challenge", "newer builds leave the place out"


def test_an_address_alone_is_no_second_factor(full: LocalTenant, user: User, web: Application) -> None:
    full.management("PATCH", f"/users/{user.user_id}", {"email_verified": True})
    with full.browser(web) as browser:
        assert browser.give_password(user).callback is not None


def test_the_email_challenge(full: LocalTenant, user: User, web: Application, recovery_code: str) -> None:
    with full.browser(web) as browser:
        at = pick(browser, browser.give_password(user), "email")
        assert at.path == "/u/mfa-email-challenge"
        assert user.email not in at.html
        assert "****@exam****" in at.html
        code = user.email_code()
        assert browser.post(at, code=wrong(code)).error == "invalid-code"
        again = browser.post(at, action="resend-code")
        assert browser.post(again, code=code).error == "invalid-code", "the newest one counts"
        assert browser.post(again, code=user.email_code()).callback is not None


def test_from_a_text_to_a_call_and_back(full: LocalTenant, user: User, web: Application, recovery_code: str) -> None:
    with full.browser(web) as browser:
        at = browser.give_password(user)
        assert at.path == "/u/mfa-sms-challenge"
        at = browser.post(at, action="switch-to-voice")
        assert at.path == "/u/mfa-voice-challenge"
        assert "switch-to-text" in offered(at)
        assert "calling" in at.html
        called = user.sms_code()
        assert browser.post(at, action="switch-to-text").path == "/u/mfa-sms-challenge"
        at = browser.post(at, action="switch-to-voice")
        if (newest := user.sms_code()) != called:
            assert browser.post(at, code=called).error == "invalid-code"
        answer = browser.redeem(browser.post(at, code=newest))
        assert answer.status_code == 200


def test_the_recovery_code_and_the_next_one(
    full: LocalTenant, user: User, web: Application, recovery_code: str
) -> None:
    with full.browser(web) as browser:
        at = pick(browser, browser.give_password(user), "recovery-code")
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
    with full.browser(web) as browser:
        at = pick(browser, browser.give_password(user), "recovery-code")
        assert browser.post(at, code=recovery_code).error == "invalid-code", "it was used"
        assert browser.post(at, code=new[1]).path == "/u/mfa-recovery-code-challenge-new-code"


def test_wrong_recovery_codes_are_counted_and_logged(
    full: LocalTenant, user: User, web: Application, recovery_code: str
) -> None:
    with full.browser(web) as browser:
        at = pick(browser, browser.give_password(user), "recovery-code")
        for _ in range(10):
            assert browser.post(at, code="A" * 24).error == "invalid-code"
        assert browser.post(at, code=recovery_code).error == "too-many-failures"
    types = [one["type"] for one in full.management("GET", f"/users/{user.user_id}/logs").json()]
    assert types.count("gd_recovery_failed") == 10
    assert {"gd_recovery_rate_limit_exceed", "mfar", "gd_start_auth"} <= set(types)


def test_a_second_phone_is_reached_by_the_list_of_phones(full: LocalTenant, user: User, web: Application) -> None:
    user.enroll_first("sms", web)
    first, token = user.phone, user.sign_in(web)["access_token"]
    user.phone = f"{first[:-4]}0042" if not first.endswith("0042") else f"{first[:-4]}0043"
    begun = tokens_of(user.associate(token))
    assert user.confirm(web, token, begun["oob_code"], user.sms_code()).status_code == 200
    with full.browser(web) as browser:
        at = browser.post(browser.give_password(user), action="pick-sms")
        assert at.path == "/u/mfa-sms-list"
        assert [one for one in offered(at) if one.startswith("selection")] == [
            "selection-action::0", "selection-action::1",
        ]  # fmt: skip
        at = browser.post(at, action="selection-action::0")
        assert (at.path, first[-4:] in at.html) == ("/u/mfa-sms-challenge", True)
        assert browser.post(at, code=user.sms_code(first)).callback is not None


def test_a_challenge_of_another_kind_leads_to_the_one_that_is_going_on(
    full: LocalTenant, user: User, web: Application, recovery_code: str
) -> None:
    with full.browser(web) as browser:
        at = browser.give_password(user)
        state = at.element("input", name="state")["value"]
        for path in (
            "mfa-otp-challenge", "mfa-email-challenge", "mfa-recovery-code-challenge", "mfa-enroll-options",
            "mfa-sms-enrollment", "mfa-sms-enrollment-verify", "mfa-otp-enrollment", "mfa-recovery-code-enrollment",
            "mfa-recovery-code-challenge-new-code", "consent", "passkey-enrollment", "login", "signup",
        ):  # fmt: skip
            assert browser.get(f"/u/{path}?state={state}").path == "/u/mfa-sms-challenge", path
        assert browser.get(f"/u/no-such?state={state}").response.status_code == 404
