"""Looks: how pages differ, in the source and in a real browser, and what stops a sign-in (AF-PAGE-25, AF-PAGE-26)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_tenant import variations
from local_tenant.web.screens import challenges, enrollment
from local_tenant.web.screens.screen import ERRORS, LANGUAGES, translations
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from tests.tenant.client import PASSWORD, ROOT, Application, Browser, LocalTenant, User
from tests.tenant.conftest import Vary

if TYPE_CHECKING:
    from playwright.sync_api import Page

STOPPED = {name for name, one in variations.known().items() if one.stops}
TOGETHER = (
    "identifier-first", "pages-in-arabic", "hidden-duplicate-submit", "decoy-password-field", "custom-template",
    "passkey-offer", "consent-required", "decline-with-its-old-value", "error-announcer", "validation-in-browser",
)  # fmt: skip


@dataclass
class Window:
    """A real browser at one tenant, whose callback nobody serves."""

    tenant: LocalTenant
    page: Page
    landed: list[str] = field(default_factory=list)

    def open(self, application: Application) -> None:
        self.page.on("request", lambda request: self._note(request.url, application.callback))
        with self.tenant.browser(application) as plain:
            asked = plain.cookies.get(
                self.tenant.url("/authorize"), allow_redirects=False,
                params={
                    "response_type": "code", "client_id": application.client_id, "scope": "openid",
                    "redirect_uri": application.callback, "audience": self.tenant.mfa_audience, "state": "s",
                },
            )  # fmt: skip
            assert asked.status_code == 302
            url = asked.request.url
        assert url is not None
        self.page.goto(url)

    def _note(self, url: str, callback: str) -> None:
        if url.startswith(callback):
            self.landed.append(url)

    def press(self, action: str = "default") -> None:
        """Press what a user sees, and wait for what comes."""
        button = self.page.locator(f"main button[name=action][value={action}]:visible:not([aria-hidden=true])")
        with self.page.expect_event("framenavigated" if not self._leaves(action) else "requestfailed"):
            button.first.click()

    def _leaves(self, action: str) -> bool:
        return action in ("accept",)

    @property
    def path(self) -> str:
        return self.page.url.partition("?")[0].partition("/u/")[2]


@pytest.fixture(scope="module")
def browsers() -> Iterator[list[LoginBrowser]]:
    started: list[LoginBrowser] = []
    yield started
    for one in started:
        one.close()


def window(tenant: LocalTenant, browsers: list[LoginBrowser]) -> Window:
    """Open a window at a tenant; one browser at a time, each pinned to its own tenant's key."""
    for one in browsers:
        one.close()
    browsers.clear()
    ca_bundle = Path(tenant.settings["AUTH0_CA_BUNDLE"])
    hosts = [tenant.settings["AUTH0_DOMAIN"]]
    browser = LoginBrowser(None, None, launch_arguments(hosts, ca_bundle, ["https://web.test/callback"]))
    browsers.append(browser)
    return Window(tenant, browser.context().new_page())


def first_page(tenant: LocalTenant) -> tuple[Browser, str]:
    browser = tenant.browser(tenant.application("web"))
    return browser, browser.authorize().html


def test_looks_go_together_and_the_sign_in_comes_to_its_end(vary: Vary, browsers: list[LoginBrowser]) -> None:
    tenant = vary(*TOGETHER)
    user, seen = tenant.user(), window(tenant, browsers)
    page = seen.page
    seen.open(tenant.application("web"))
    assert seen.path == "login/identifier"
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("input[type=password]").count() == 1, "the decoy"
    assert not page.locator("input[type=password]").is_visible()
    assert page.frames[1:], "the template's own frames"
    assert page.locator("button[type=submit]").first.get_attribute("value") == "search"
    page.locator("#username").fill("nobody")
    assert not page.locator("#error-cs-email-invalid").is_visible()
    page.locator("main button[name=action]:not([aria-hidden])").click()
    assert page.locator("#error-cs-email-invalid").is_visible(), "the browser looks at it first"
    page.locator("#username").fill(user.email)
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
    assert "code=" in seen.landed[0]


def sign_in(seen: Window, user: User) -> None:
    """As a user does who waits until the page stands still."""
    page = seen.page
    page.locator("#username").fill(user.email)
    page.locator("#password").fill(PASSWORD)
    with page.expect_event("requestfailed"):
        page.locator("main button[name=action]").click()
    assert "code=" in seen.landed[0]


def test_a_banner_lies_over_the_page_until_it_is_answered(vary: Vary, browsers: list[LoginBrowser]) -> None:
    tenant = vary("cookie-banner", "pages-in-german")
    user, seen = tenant.user(), window(tenant, browsers)
    seen.open(tenant.application("web"))
    box = seen.page.locator("main button[name=action]").bounding_box()
    assert box is not None
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('#cookie-banner') !== null"
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert seen.page.evaluate(on_top, middle)
    seen.page.locator("#reject-cookies").click()
    assert not seen.page.evaluate(on_top, middle)
    sign_in(seen, user)


def test_a_page_drawn_by_script_loses_what_was_typed_early(vary: Vary, browsers: list[LoginBrowser]) -> None:
    tenant = vary("redrawn-by-script")
    user, seen = tenant.user(), window(tenant, browsers)
    seen.page.add_init_script("""document.addEventListener("DOMContentLoaded", () => {
        document.querySelector("main").isFirst = true;
        document.querySelector("#username").value = "too early";
    })""")
    seen.open(tenant.application("web"))
    seen.page.wait_for_function("() => !document.querySelector('main').isFirst")
    assert seen.page.locator("#username").input_value() == ""
    sign_in(seen, user)


def test_slow_assets_hold_up_the_load_and_nobody_else(vary: Vary, browsers: list[LoginBrowser]) -> None:
    tenant = vary("slow-assets")
    user, seen = tenant.user(), window(tenant, browsers)
    asked = []
    seen.page.on("requestfinished", lambda request: asked.append((request.url, request.timing["responseStart"])))
    seen.open(tenant.application("web"))
    slow = {url.rpartition("/")[2]: took for url, took in asked if "/u/assets/" in url}
    assert set(slow) == {"theme.css", "widget.js"}
    assert min(slow.values()) >= 1900
    sign_in(seen, user)


def test_a_strict_policy_is_obeyed_and_the_page_still_looks_right(vary: Vary, browsers: list[LoginBrowser]) -> None:
    tenant = vary("strict-content-security-policy")
    user, seen = tenant.user(), window(tenant, browsers)
    said: list[str] = []
    seen.page.on("console", lambda message: said.append(message.text))
    seen.open(tenant.application("web"))
    assert said == []
    assert seen.page.locator("main section").evaluate("one => getComputedStyle(one).borderRadius") == "8px"
    seen.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    assert seen.page.evaluate("window.ran") is None
    sign_in(seen, user)


def test_a_captcha_that_nobody_reads(vary: Vary) -> None:
    tenant = vary("captcha", "password-is-breached")
    user, web = tenant.user(), tenant.application("web")
    with tenant.browser(web) as browser:
        at = browser.authorize()
        at.element("input", id="captcha", name="captcha")
        for guess in ("", "ab12"):
            at = browser.post(at, username=user.email, password=PASSWORD, captcha=guess)
            assert (at.path, at.response.status_code, at.error) == ("/u/login", 400, "invalid-captcha")


def test_a_breached_password(vary: Vary) -> None:
    tenant = vary("password-is-breached")
    user, web = tenant.user(), tenant.application("web")
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert (at.path, at.response.status_code, at.error) == ("/u/login", 400, "password-breached")
        at.element("div", id="prompt-alert")


def test_a_screen_that_nobody_knows_and_one_that_many_do(vary: Vary) -> None:
    tenant = vary("unknown-screen", "passkey-offer")
    user, web = tenant.user(), tenant.application("web")
    with tenant.browser(web) as browser:
        met = [at := browser.give_password(user)]
        while at.callback is None:
            ways = {"/u/club-card": "not-now", "/u/passkey-enrollment": "abort-passkey-enrollment"}
            assert browser.post(at, action="default").path == at.path
            met.append(at := browser.post(at, action=ways[at.path]))
        assert {one.path for one in met} == {"/u/club-card", "/u/passkey-enrollment", "callback"}
        silent = browser.authorize(prompt="none").callback
        assert silent is not None and silent["error"] == "interaction_required"


def test_a_transaction_that_has_expired(vary: Vary) -> None:
    tenant = vary("transaction-expired")
    user, web = tenant.user(), tenant.application("web")
    user.enroll("sms", web)
    with tenant.browser(web) as browser:
        at = browser.give_password(user)
        assert at.callback == {
            "error": "access_denied", "error_description": "Transaction has expired", "state": browser.state,
        }  # fmt: skip


def test_what_stops_a_sign_in_says_so() -> None:
    assert {
        "captcha", "consent-required", "unknown-screen", "transaction-expired", "password-is-breached",
    } == STOPPED  # fmt: skip


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
    said = translations(language)
    assert set(said) == sentences()
    for english, words in said.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", english)), english
