"""The seed journey beside a bare script that does the same, and looks at nothing but what it needs."""

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
from tests.tenant.driving import (
    PASSWORD,
    Person,
    associate_app,
    associate_phone,
    confirm_app,
    confirm_phone,
    create_person,
    listed,
    wrong,
)
from tests.tenant.running import Running

SCENARIO = ROOT / "features" / "enrollment" / "sms_then_otp.feature"


class Bare:
    """One person at the single-page application, in a browser that is there."""

    def __init__(self, running: Running, tenant: Tenant, browser: LoginBrowser) -> None:
        self.running, self.tenant, self.browser = running, tenant, browser
        self.application = running.application("spa")

    def journey(self) -> None:
        """Enroll a phone, then an app; sign in with each, with a wrong code, and with none."""
        self.running.administrator("GET", "/guardian/factors").raise_for_status()
        self.running.administrator("GET", f"/clients/{self.application.client_id}").raise_for_status()
        person = create_person(self.running)
        token = self.sign_in(person)
        oob = associate_phone(person, token).json()["oob_code"]
        code = person.last_text()
        listed(person, token)
        confirm_phone(person, self.application, token, oob, code).raise_for_status()
        person.factors()
        token = self.sign_in(person, "sms", person.last_text)
        associate_app(person, token)
        confirm_app(person, self.application, token, person.app_code()).raise_for_status()
        person.factors()
        listed(person, token)
        self.sign_in(person, "sms", person.last_text)
        self.sign_in(person, "otp", person.app_code)
        self.answer_wrongly(person)
        self.pass_by(person)
        self.running.texts(person.phone)
        self.running.administrator("DELETE", f"/users/{person.user_id}").raise_for_status()

    def sign_in(self, person: Person, factor: str = "", code: Callable[[], str] | None = None) -> str:
        """Click through to the callback, and return an access token."""
        with self.page() as page:
            request = self.begin(page)
            with page.expect_request(lambda asked: asked.url.startswith(self.application.callback)) as landed:
                self.give_password(page, person)
                if code:
                    self.answer(page, factor, code)
            earned = parse_qs(urlsplit(landed.value.url).query)["code"][0]
        body = self.application.body(
            grant_type="authorization_code", code=earned, redirect_uri=self.application.callback,
            code_verifier=request.verifier.reveal(),
        )  # fmt: skip
        token: str = self.running.token(body).json()["access_token"]
        return token

    def answer_wrongly(self, person: Person) -> None:
        """Click through to a second factor, and type a wrong code."""
        with self.page() as page:
            self.begin(page)
            self.give_password(page, person)
            self.answer(page, "sms", lambda: wrong(person.last_text()))
            page.wait_for_selector("#error-element-code")

    def pass_by(self, person: Person) -> None:
        """Click through to a second factor, and ask for what comes after it."""
        with self.page() as page:
            self.begin(page)
            self.give_password(page, person)
            page.wait_for_selector("#code")
            state = parse_qs(urlsplit(page.url).query)["state"][0]
            page.goto(self.running.url(f"/authorize/resume?state={state}"), wait_until="domcontentloaded")
            page.wait_for_selector("#code")

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A page of a fresh context."""
        context = self.browser.context()
        yield context.new_page()
        context.close()

    def begin(self, page: Page) -> AuthorizationRequest:
        """Go to the first page."""
        application = self.tenant.application("single-page application")
        request = self.tenant.authentication.request(application, self.tenant.profile.mfa_audience, SCOPE)
        page.goto(self.running.url(request.path), wait_until="domcontentloaded")
        return request

    @staticmethod
    def give_password(page: Page, person: Person) -> None:
        """Fill in and press."""
        page.fill("#username", person.email)
        page.fill("#password", PASSWORD)
        page.click("button[value=default]")

    @staticmethod
    def answer(page: Page, factor: str, code: Callable[[], str]) -> None:
        """Type a code of a factor, picked from the list where another one is asked for."""
        page.wait_for_selector("#code")
        if f"mfa-{factor}-challenge" not in page.url:
            page.click("button[value=pick-authenticator]")
            page.click(f"button[value^={factor}]")
            page.wait_for_url(f"**/u/mfa-{factor}-challenge*", wait_until="domcontentloaded")
        page.fill("#code", code())
        page.click("button[value=default]")


def scenario_seconds(env_file: Path, reports: Path) -> float:
    """Run the scenario, as the suite does; return its seconds, without those that the app waited for its next code."""
    before = len(waits_so_far())
    said = StringIO()
    chosen = [str(SCENARIO), "-m", "MFA-ENR-001", "-k", "single-page", "-p", "no:cacheprovider"]
    with redirect_stdout(said):
        code = pytest.main([*chosen, "--env-file", str(env_file), "--reports", str(reports)])
    assert code == 0, said.getvalue()
    waited = sum(wait.seconds for wait in waits_so_far()[before:] if wait.reason.startswith("authenticator app"))
    [scenario] = json.loads((reports / "verdict.json").read_text())["scenarios"]
    return float(scenario["seconds"]) - waited


def measure_the_seed_journey(running: Running, tenant: Tenant, settings: Path, rounds: int = 6) -> None:
    """Print both, and their ratio. The bare script has a thread of its own: Playwright allows one driver a thread."""
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
