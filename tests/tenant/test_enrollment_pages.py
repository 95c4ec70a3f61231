"""Enrolling a factor during sign-in, where the policy demands one (AF-PAGE-22, AF-API-19)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.tenant.browser import Page
from tests.tenant.client import ROOT, Application, Browser, LocalTenant, User, wrong

PHONES = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


@pytest.fixture(scope="module")
def texts_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """Everybody needs a second factor; texts and apps are on, and recovery codes."""
    folder = tmp_path_factory.mktemp("texts-only")
    text = (ROOT / "local_tenant" / "default_tenant.toml").read_text(encoding="utf-8")
    text = text.replace('policy = "never"', 'policy = "all-applications"')
    (folder / "tenant.toml").write_text(text.replace("recovery-code = false", "recovery-code = true"), "utf-8")
    running = LocalTenant.serve(folder, "--tenant-file", str(folder / "tenant.toml"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def user(texts_only: LocalTenant) -> User:
    return texts_only.user()


@pytest.fixture
def web(texts_only: LocalTenant) -> Application:
    return texts_only.application("web")


def begin(browser: Browser, user: User, factor: str) -> Page:
    at = browser.give_password(user, audience=None)
    assert at.path == "/u/mfa-enroll-options", at.callback
    return browser.post(at, action=factor)


def write_down(browser: Browser, at: Page) -> str:
    """Take the recovery code that the page shows; the sign-in goes on to the callback."""
    assert at.path == "/u/mfa-recovery-code-enrollment"
    assert browser.post(at).error == "no-confirmation"
    code = re.search(r">([A-Z0-9]{24})<", at.html)
    assert code is not None
    at = browser.post(at, saved="on")
    assert browser.redeem(at).status_code == 200
    return code[1]


def test_a_phone_with_its_country(texts_only: LocalTenant, user: User, web: Application) -> None:
    with texts_only.browser(web) as browser:
        at = begin(browser, user, "sms")
        assert at.path == "/u/mfa-sms-enrollment"
        button = at.element("button", value="pick-country-code")
        assert button["aria-label"] == "Select country code, currently set to United States, US, +1"
        list_of_countries = browser.post(at, action="pick-country-code")
        assert list_of_countries.path == "/u/mfa-country-codes"
        list_of_countries.element("input", id="with-search", **{"aria-controls": "with-selector-list"})
        at = browser.post(list_of_countries, action="selection-action::DE49")
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
        back = browser.post(at, action="back-action")
        assert back.path == "/u/mfa-sms-enrollment"
        again = browser.post(at, action="resend-code")
        assert again.path == "/u/mfa-sms-enrollment-verify"
        write_down(browser, browser.post(again, code=user.sms_code()))
    assert user.confirmed() == ["phone", "recovery-code"]
    types = [one["type"] for one in texts_only.management("GET", f"/users/{user.user_id}/logs").json()]
    assert {"gd_start_enroll", "gd_enrollment_complete", "gd_send_sms", "gd_auth_failed"} <= set(types)
    with texts_only.browser(web) as browser:
        assert browser.give_password(user, audience=None).path == "/u/mfa-sms-challenge"


def test_an_app_by_its_picture_and_by_its_key(texts_only: LocalTenant, user: User, web: Application) -> None:
    with texts_only.browser(web) as browser:
        at = begin(browser, user, "otp")
        assert at.path == "/u/mfa-otp-enrollment"
        picture = at.element("img", id="qr-code")["src"] or ""
        assert picture.startswith("data:image/png;base64,")
        assert "text-code" not in at.html
        at = browser.post(at, action="toggle-view")
        secret = re.search(r'id="text-code"[^>]*>([A-Z2-7]{32})<', at.html)
        assert secret is not None
        assert browser.post(at, action="toggle-view").element("img", id="qr-code")["src"] == picture
        user.secret = secret[1]
        code = user.app_code()
        assert browser.post(at, code="12345").error == "invalid-code"
        assert browser.post(at, code=wrong(code)).error == "invalid-code"
        write_down(browser, browser.post(at, code=code))
    assert user.confirmed() == ["recovery-code", "totp"]


def test_a_browser_of_a_phone_is_shown_the_key(texts_only: LocalTenant, user: User, web: Application) -> None:
    with texts_only.browser(web) as browser:
        browser.cookies.headers["User-Agent"] = PHONES
        at = begin(browser, user, "otp")
        assert (at.elements("img")[-1]["id"], "text-code" in at.html) == ("prompt-logo-center", True)


def test_the_policy_asks_nobody_for_the_mfa_audience(texts_only: LocalTenant, user: User, web: Application) -> None:
    with texts_only.browser(web) as browser:
        assert browser.give_password(user).callback is not None
        refused = browser.authorize(audience=None, prompt="none").callback
        assert refused is not None
        assert (refused["error"], refused["error_description"]) == (
            "login_required", "Multifactor authentication required",
        )  # fmt: skip
        assert browser.authorize(audience=None).path == "/u/mfa-enroll-options"


def test_nobody_enrolls_a_second_one_here(texts_only: LocalTenant, user: User, web: Application) -> None:
    with texts_only.browser(web) as browser:
        at = browser.post(begin(browser, user, "sms"), phone=user.phone)
        done = browser.post(at, code=user.sms_code())
        state = done.element("input", name="state")["value"]
        for path in ("mfa-enroll-options", "mfa-sms-enrollment", "mfa-otp-enrollment", "mfa-sms-enrollment-verify"):
            assert browser.get(f"/u/{path}?state={state}").path == "/u/mfa-recovery-code-enrollment"


def test_a_phone_that_may_be_called_too(full: LocalTenant) -> None:
    user, web = full.user(), full.application("web")
    with full.browser(web) as browser:
        at = begin(browser, user, "phone")
        assert at.path == "/u/mfa-phone-enrollment"
        assert at.element("input", type="radio", name="type", value="sms").get("checked", "no") is None
        at.element("input", type="radio", name="type", value="voice")
        at = browser.post(at, phone=user.phone, type="voice")
        write_down(browser, browser.post(at, code=user.sms_code()))
    events = [one["type"] for one in full.management("GET", f"/users/{user.user_id}/logs").json()]
    assert "gd_send_voice" in events and "gd_send_sms" not in events


def test_a_new_user_signs_up_and_enrolls(texts_only: LocalTenant, web: Application) -> None:
    email = "Mary.Signs.Up@example.test"
    with texts_only.browser(web) as browser:
        at = browser.authorize(screen_hint="signup", audience=None)
        assert browser.post(at, email="", password="x").error == "no-email"
        assert browser.post(at, email="mary", password="x").error == "invalid-email-format"
        assert browser.post(at, email=email, password="").error == "no-password"
        weak = browser.post(at, email=email, password="short")
        assert (weak.response.status_code, weak.error) == (400, "password-too-weak")
        at = browser.post(at, email=email, password="Correct-Horse-9")
        assert at.path == "/u/mfa-enroll-options"
    with texts_only.browser(web) as browser:
        at = browser.authorize(screen_hint="signup")
        assert browser.post(at, email=email, password="Correct-Horse-9").error == "email-in-use"
    (found,) = texts_only.management("GET", f"/users-by-email?email={email.lower()}").json()
    types = [one["type"] for one in texts_only.management("GET", f"/users/{found['user_id']}/logs").json()]
    assert "ss" in types
