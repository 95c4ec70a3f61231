"""Compares the seed journey's scenario with a bare script that does the same and checks nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from mfa_verification.auth0.authentication import AuthorizationRequest
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.clock import waits_so_far
from mfa_verification.guard.preflight import browser_for
from mfa_verification.login.browser import LoginBrowser
from tests.bench.pairs import seconds_of, side_by_side
from tests.running import ROOT
from tests.tenant.client import PASSWORD, LocalTenant, User, wrong

SCENARIO = ROOT / "features" / "enrollment" / "sms_then_otp.feature"


class Bare:
    """A bare script: one user at the single-page application, in a browser that has been started."""

    def __init__(self, running: LocalTenant, tenant: Tenant, browser: LoginBrowser) -> None:
        self.running, self.tenant, self.browser = running, tenant, browser
        self.application = running.spa

    def journey(self) -> None:
        """Enroll a phone, then an authenticator app; sign in with each, with a wrong code, and without a code."""
        self.running.manage("GET", "/guardian/factors")
        self.running.manage("GET", f"/clients/{self.application.client_id}")
        user = self.running.user()
        token = self.sign_in(user)
        oob_code = user.oob_code(token)
        code = user.sms_code()
        user.authenticators(token)
        user.confirm(self.application, token, oob_code, code).raise_for_status()
        user.methods()
        token = self.sign_in(user, "sms", user.sms_code)
        user.enroll_with(token, "otp", self.application)
        user.methods()
        user.authenticators(token)
        self.sign_in(user, "sms", user.sms_code)
        self.sign_in(user, "otp", user.app_code)
        self.send_a_wrong_code(user)
        self.skip_the_challenge(user)
        self.running.messages(user.phone)
        user.delete()

    def sign_in(self, user: User, factor: str = "", code: Callable[[], str] | None = None) -> str:
        """Click through to the callback, and return an access token."""
        with self.page() as page:
            request = self.open(page)
            with page.expect_request(lambda asked: asked.url.startswith(self.application.callback)) as landed:
                self.give_password(page, user)
                if code:
                    self.answer(page, factor, code)
            authorization_code = parse_qs(urlsplit(landed.value.url).query)["code"][0]
        body = self.application.body(
            grant_type="authorization_code", code=authorization_code, redirect_uri=self.application.callback,
            code_verifier=request.verifier.reveal(),
        )  # fmt: skip
        token: str = self.running.token(body).json()["access_token"]
        return token

    def send_a_wrong_code(self, user: User) -> None:
        """Click through to the MFA challenge, and type a wrong code."""
        with self.page() as page:
            self.open(page)
            self.give_password(page, user)
            self.answer(page, "sms", lambda: wrong(user.sms_code()))
            page.wait_for_selector("#error-element-code")

    def skip_the_challenge(self, user: User) -> None:
        """Click through to the MFA challenge, and open the page after it."""
        with self.page() as page:
            self.open(page)
            self.give_password(page, user)
            page.wait_for_selector("#code")
            state = parse_qs(urlsplit(page.url).query)["state"][0]
            page.goto(self.running.url(f"/authorize/resume?state={state}"), wait_until="domcontentloaded")
            page.wait_for_selector("#code")

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Return a page in a new browser context."""
        context = self.browser.context()
        yield context.new_page()
        context.close()

    def open(self, page: Page) -> AuthorizationRequest:
        """Open the first page."""
        application = self.tenant.application("single-page application")
        request = self.tenant.authentication.request(application, self.tenant.profile.mfa_audience, SCOPE)
        page.goto(self.running.url(request.path), wait_until="domcontentloaded")
        return request

    @staticmethod
    def give_password(page: Page, user: User) -> None:
        """Fill in the form and submit it."""
        page.fill("#username", user.email)
        page.fill("#password", PASSWORD)
        page.click("button[value=default]")

    @staticmethod
    def answer(page: Page, factor: str, code: Callable[[], str]) -> None:
        """Type a code of a factor, which is picked from the list where the page asks for another factor."""
        page.wait_for_selector("#code")
        if f"mfa-{factor}-challenge" not in page.url:
            page.click("button[value=pick-authenticator]")
            page.click(f"button[value^={factor}]")
            page.wait_for_url(f"**/u/mfa-{factor}-challenge*", wait_until="domcontentloaded")
        page.fill("#code", code())
        page.click("button[value=default]")


def scenario_seconds(env_file: Path, reports: Path) -> float:
    """Run the scenario, and return its seconds without those that the app waited for its next code."""
    before = len(waits_so_far())
    output = StringIO()
    chosen = [str(SCENARIO), "-m", "MFA-ENR-001", "-k", "single-page", "-p", "no:cacheprovider"]
    with redirect_stdout(output):
        code = pytest.main([*chosen, "--env-file", str(env_file), "--reports", str(reports)])
    assert code == 0, output.getvalue()
    waited = sum(wait.seconds for wait in waits_so_far()[before:] if wait.reason.startswith("authenticator app"))
    [scenario] = json.loads((reports / "verdict.json").read_text())["scenarios"]
    return float(scenario["seconds"]) - waited


def measure_the_seed_journey(running: LocalTenant, tenant: Tenant, settings: Path, rounds: int = 6) -> None:
    """Print both times and their ratio. The bare script has its own thread: Playwright allows one driver per thread."""
    with ThreadPoolExecutor(1) as aside, tempfile.TemporaryDirectory() as reports:
        login_browser = browser_for(tenant.profile)
        aside.submit(login_browser.start).result()
        bare = Bare(running, tenant, login_browser)
        ours, theirs, ratio = side_by_side(
            lambda: scenario_seconds(settings, Path(reports)),
            lambda: aside.submit(seconds_of, bare.journey).result(),
            rounds,
        )
        aside.submit(login_browser.close).result()
    print(f"the seed journey's scenario: {ours:.0f} ms; a bare script: {theirs:.0f} ms; ratio {ratio:.2f} (under 1.25)")
