"""Looks: how pages differ, in the source and in a real browser, and which stop a sign-in (AF-PAGE-25, AF-PAGE-26)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from local_tenant import variations
from local_tenant.web.screens import challenges, enrollment
from local_tenant.web.screens.screen import ERRORS, LANGUAGES, translations
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from tests.tenant.client import PASSWORD, ROOT, LocalTenant, User
from tests.tenant.conftest import Vary
from tests.tenant.in_process import InProcess

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

TOGETHER = (
    "identifier-first", "pages-in-arabic", "hidden-duplicate-submit", "decoy-password-field", "custom-template",
    "passkey-offer", "consent-required", "decline-with-its-old-value", "error-announcer", "validation-in-browser",
)  # fmt: skip


@dataclass
class Window:
    """A window of a real browser at the web application, whose callback is not served."""

    tenant: LocalTenant
    page: Page
    user: User
    callbacks: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open the first page of a sign-in."""
        callback = self.tenant.web.callback

        def note(request: Request) -> None:
            if request.url.startswith(callback):
                self.callbacks.append(request.url)

        self.page.on("request", note)
        parameters = {
            "response_type": "code", "client_id": self.tenant.web.client_id, "scope": "openid", "state": "s",
            "redirect_uri": callback, "audience": self.tenant.mfa_audience,
        }  # fmt: skip
        self.page.goto(self.tenant.url(f"/authorize?{urlencode(parameters)}"))

    def press(self, action: str = "default") -> None:
        """Press the visible button, and wait for the next page or the callback."""
        button = self.page.locator(f"main button[name=action][value={action}]:visible:not([aria-hidden=true])")
        with self.page.expect_event("requestfailed" if action == "accept" else "framenavigated"):
            button.first.click()

    def sign_in(self) -> None:
        """Sign in as a user does who waits until the page is complete."""
        self.page.locator("#username").fill(self.user.email)
        self.page.locator("#password").fill(PASSWORD)
        with self.page.expect_event("requestfailed"):
            self.page.locator("main button[name=action]").click()
        assert "code=" in self.callbacks[0]

    @property
    def path(self) -> str:
        return self.page.url.partition("?")[0].partition("/u/")[2]


Open = Callable[..., Window]


@pytest.fixture
def window(vary: Vary) -> Iterator[Open]:
    """Open a window at a tenant with variations, in a browser that accepts only this tenant's key."""
    started: list[LoginBrowser] = []

    def open_one(*names: str) -> Window:
        tenant = vary(*names)
        ca_bundle, hosts = Path(tenant.settings["AUTH0_CA_BUNDLE"]), [tenant.settings["AUTH0_DOMAIN"]]
        browser = LoginBrowser(None, None, launch_arguments(hosts, ca_bundle, [tenant.web.callback]))
        started.append(browser)
        return Window(tenant, browser.context().new_page(), tenant.user())

    yield open_one
    for browser in started:
        browser.close()


def test_looks_can_be_combined_and_the_sign_in_ends_at_the_callback(window: Open) -> None:
    seen = window(*TOGETHER)
    page = seen.page
    seen.open()
    assert seen.path == "login/identifier"
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("input[type=password]").count() == 1, "the decoy"
    assert not page.locator("input[type=password]").is_visible()
    assert page.frames[1:], "the template's own frames"
    assert page.locator("button[type=submit]").first.get_attribute("value") == "search"
    page.locator("#username").fill("nobody")
    assert not page.locator("#error-cs-email-invalid").is_visible()
    page.locator("main button[name=action]:not([aria-hidden])").click()
    assert page.locator("#error-cs-email-invalid").is_visible(), "the browser validates it"
    page.locator("#username").fill(seen.user.email)
    seen.press()
    page.locator("#password").fill("Wrong-Horse-9")
    seen.press()
    assert page.locator("#ulp-error-announcer").inner_text() == page.locator("#error-element-password").inner_text()
    page.locator("#password").fill(PASSWORD)
    seen.press()
    assert seen.path == "passkey-enrollment"
    seen.press("abort-passkey-enrollment")
    assert seen.path == "consent"
    assert page.locator("button[value=decline]").is_visible()
    seen.press("accept")
    assert "code=" in seen.callbacks[0]


def test_a_banner_covers_the_page_until_it_is_answered(window: Open) -> None:
    seen = window("cookie-banner", "pages-in-german")
    seen.open()
    box = seen.page.locator("main button[name=action]").bounding_box()
    assert box is not None
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('#cookie-banner') !== null"
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert seen.page.evaluate(on_top, middle)
    seen.page.locator("#reject-cookies").click()
    assert not seen.page.evaluate(on_top, middle)
    seen.sign_in()


def test_a_page_that_a_script_redraws_loses_what_was_typed_before(window: Open) -> None:
    seen = window("redrawn-by-script")
    seen.page.add_init_script("""document.addEventListener("DOMContentLoaded", () => {
        document.querySelector("main").isFirst = true;
        document.querySelector("#username").value = "too early";
    })""")
    seen.open()
    seen.page.wait_for_function("() => !document.querySelector('main').isFirst")
    assert seen.page.locator("#username").input_value() == ""
    seen.sign_in()


def test_slow_assets_delay_the_page(window: Open) -> None:
    seen = window("slow-assets")
    asked = []
    seen.page.on("requestfinished", lambda request: asked.append((request.url, request.timing["responseStart"])))
    seen.open()
    slow = {url.rpartition("/")[2]: took for url, took in asked if "/u/assets/" in url}
    assert set(slow) == {"theme.css", "widget.js"}
    assert min(slow.values()) >= 1900
    seen.sign_in()


def test_a_strict_content_security_policy(window: Open) -> None:
    seen = window("strict-content-security-policy")
    violations: list[str] = []
    seen.page.on("console", lambda message: violations.append(message.text))
    seen.open()
    assert violations == []
    assert seen.page.locator("main section").evaluate("one => getComputedStyle(one).borderRadius") == "8px"
    seen.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert seen.page.evaluate("window.ran") is None
    seen.sign_in()


def test_a_captcha_refuses_every_answer() -> None:
    tenant = InProcess(vary=["captcha", "password-is-breached"])
    user = tenant.user()
    with tenant.browser(tenant.web) as browser:
        at = browser.authorize()
        at.element("input", id="captcha", name="captcha")
        for answer in ("", "ab12"):
            at = browser.post(at, username=user.email, password=PASSWORD, captcha=answer)
            assert (at.path, at.response.status_code, at.error) == ("/u/login", 400, "invalid-captcha")


def test_a_breached_password() -> None:
    tenant = InProcess(vary=["password-is-breached"])
    with tenant.browser(tenant.web) as browser:
        at = browser.give_password(tenant.user())
        assert (at.path, at.response.status_code, at.error) == ("/u/login", 400, "password-breached")
        at.element("div", id="prompt-alert")


def test_screens_between_the_password_and_the_callback() -> None:
    tenant = InProcess(vary=["unknown-screen", "passkey-offer"])
    buttons = {"/u/club-card": "not-now", "/u/passkey-enrollment": "abort-passkey-enrollment"}
    with tenant.browser(tenant.web) as browser:
        at, seen = browser.give_password(tenant.user()), set()
        while at.callback is None:
            seen.add(at.path)
            assert browser.post(at, action="default").path == at.path
            at = browser.post(at, action=buttons[at.path])
        assert seen == set(buttons)
        assert (browser.authorize(prompt="none").callback or {})["error"] == "interaction_required"


def test_a_transaction_that_has_expired() -> None:
    tenant = InProcess(vary=["transaction-expired"])
    user = tenant.user()
    user.enroll("sms", tenant.web)
    with tenant.browser(tenant.web) as browser:
        assert browser.give_password(user).callback == {
            "error": "access_denied", "error_description": "Transaction has expired", "state": browser.state,
        }  # fmt: skip


def test_which_looks_stop_a_sign_in() -> None:
    assert {name for name, one in variations.known().items() if one.stops} == {
        "captcha", "consent-required", "unknown-screen", "transaction-expired", "password-is-breached",
    }  # fmt: skip


TEMPLATES = sorted((ROOT / "local_tenant" / "templates").glob("*.html"))
QUOTED = re.compile(r'"((?:[^"{}]|\{\w+\})+)"')


def sentences() -> set[str]:
    """Return every English sentence of the pages."""
    found = set(ERRORS.values()) | set(enrollment.NAMES.values()) | {name for _, name in challenges.NAMES.values()}
    for template in TEMPLATES:
        for line in template.read_text(encoding="utf-8").splitlines():
            if "{{" in line or "{%" in line:
                found |= {words for words in QUOTED.findall(line) if re.match(r"[A-Z]", words)}
    return found - {"POST"}


@pytest.mark.parametrize("language", sorted(file.stem for file in LANGUAGES.glob("*.toml")))
def test_a_language_translates_every_sentence_with_the_same_blanks(language: str) -> None:
    translated = translations(language)
    assert set(translated) == sentences()
    for english, words in translated.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", english)), english
