"""One sign-in in a fresh browser: look at the screen, do what it asks, until the callback or a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from mfa_verification.auth0.universal_login.browser import LoginBrowser, browser_trouble, browser_trouble_ignored
from mfa_verification.auth0.universal_login.screens import BY_PATH, PICKED_AS, TROUBLE, Does, Screen
from mfa_verification.auth0.universal_login.view import View, look_at, path_of
from mfa_verification.http.exchange import Exchange, exchange_of
from mfa_verification.outcome import Inconclusive, Obstacle, Outcome, Refusal
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause
from mfa_verification.waiting import Deadline

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

WHOLE_SECONDS = 90.0
SCREEN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person types: e-mail, password, and the code of one second factor if they mean to prove it."""

    email: str
    password: Secret
    factor: str | None = None
    """`sms` or `otp`; None where the person has none to prove and tries to pass by the challenge."""
    code: Callable[[], Secret] | None = None


@dataclass
class SignIn:
    """Drives one sign-in; `run` returns the callback's parameters, a refusal on it, or the obstacle met."""

    browser: LoginBrowser
    url: str
    callback: str
    record: list[Exchange]
    _met: list[str] = field(default_factory=list)
    _landed: Secret | None = None
    _status: int | None = None

    def run(self, who: Credentials) -> Outcome[dict[str, Secret]]:
        """Sign in as `who`; raise `Inconclusive` for trouble, an unknown screen among it."""
        context = self.browser.context()
        try:
            with browser_trouble("sign in"):
                page = context.new_page()
                page.on("request", self._note)
                deadline = Deadline(WHOLE_SECONDS)
                self._go(page, deadline, lambda: page.goto(self.url, wait_until="domcontentloaded"))
                while self._landed is None:
                    if obstacle := self._turn(page, deadline, who):
                        return Outcome("sign in", obstacle=obstacle, screens=tuple(self._met))
                return self._arrived(self._landed)
        finally:
            with browser_trouble_ignored():
                context.close()

    def _turn(self, page: Page, deadline: Deadline, who: Credentials) -> Obstacle | None:
        """Take the screen that the page is: go on from it, or say what stops the sign-in there."""
        view = look_at(page)
        self._refuse_trouble(view)
        if view.path == "/authorize":
            words = page.inner_text("body").strip()[:300]
            return Obstacle("error page", f'the tenant answered {self._status}: "{words}"')
        screen = BY_PATH.get(view.path)
        if screen is None or not set(screen.fills) <= set(view.fields):
            raise self._unknown(view)
        if view.errors:
            return Obstacle(screen.name, f'the tenant answered: "{"; ".join(view.errors)}"')
        self._met.append(screen.name)
        if screen.does is not Does.SIGNS_IN and who.factor is None:
            self._pass_by(page, deadline)
            return None if self._landed else Obstacle(screen.name, f"it asks for {screen.wants}")
        action = _action(screen, view, who)
        if action is None and screen.does is Does.SIGNS_IN:
            raise self._unknown(view)
        if action is None:
            return Obstacle(screen.name, f"it does not offer the factor {who.factor}")
        if action == screen.presses:
            self._fill(page, screen, who)
        # Newer builds put a hidden copy before the button that a person sees (contract, 2.3).
        button = page.locator(f"button[name=action][value='{action}']:visible:not([aria-hidden=true])").first
        self._go(page, deadline, button.click)
        return None

    def _refuse_trouble(self, view: View) -> None:
        """Raise `Inconclusive` for what says nothing about the tenant, whichever page it is shown on."""
        if self._status is not None and self._status >= 500:
            raise Inconclusive(Cause.TENANT_UNAVAILABLE, f"{view.path} answered {self._status}: {self._way()}")
        if self._status == 429:
            raise Inconclusive(Cause.RATE_LIMITED, f"{view.path} answered 429: {self._way()}")
        if "captcha" in view.fields:
            raise Inconclusive(Cause.CAPTCHA, f"{view.path} asks for a captcha (Attack Protection > Bot Detection)")
        for code in view.error_codes:
            if code in TROUBLE:
                raise Inconclusive(TROUBLE[code], f'{view.path} answered {code}: "{"; ".join(view.errors)}"')

    def _unknown(self, view: View) -> Inconclusive:
        return Inconclusive(
            Cause.UNKNOWN_SCREEN,
            f'the page at {view.path} ("{view.title}", status {self._status}) is no screen that is known; '
            f"its fields: {', '.join(view.fields) or 'none'}; its buttons: {', '.join(view.actions) or 'none'}; "
            f"{self._way()}",
        )

    def _fill(self, page: Page, screen: Screen, who: Credentials) -> None:
        for name, kind in screen.fills.items():
            shown = page.locator(f"input[name='{name}']:visible:not([readonly]):not([aria-hidden=true])")
            shown.first.fill(_typed(kind, who))

    def _pass_by(self, page: Page, deadline: Deadline) -> None:
        """Ask for what comes after the challenge without having answered it (contract, 1.5): that must lead nowhere."""
        state = dict(parse_qsl(urlsplit(page.url).query)).get("state", "")
        resume = urljoin(page.url, f"/authorize/resume?{urlencode({'state': state})}")
        self._go(page, deadline, lambda: page.goto(resume, wait_until="domcontentloaded"))
        if again := BY_PATH.get(path_of(page)):
            self._met.append(again.name)

    def _go(self, page: Page, deadline: Deadline, move: Callable[[], object]) -> None:
        """Make one move and wait for the document it leads to, or for the callback."""
        from playwright.sync_api import Error, TimeoutError  # noqa: PLC0415

        if deadline.passed:
            raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, f"the sign-in took over {WHOLE_SECONDS:.0f} s: {self._way()}")
        try:
            with page.expect_navigation(wait_until="domcontentloaded", timeout=SCREEN_SECONDS * 1000) as navigation:
                move()
            response = navigation.value
            self._status = response.status if response else None
        except TimeoutError:
            if self._landed is None:
                slow = f"no page came within {SCREEN_SECONDS:.0f} s: {self._way()}"
                raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, slow) from None
        except Error as error:
            # Nobody serves the callback: that navigation fails, and its address is all that we want.
            if self._landed is None:
                kind = "the browser crashed" if page.is_closed() else type(error).__name__
                raise Inconclusive(Cause.BROWSER_TROUBLE, f"the sign-in broke off ({kind}): {self._way()}") from None

    def _note(self, request: Request) -> None:
        """Record each navigation; one to the callback ends the sign-in, whoever serves it."""
        if not request.is_navigation_request():
            return
        if request.url.startswith(self.callback):
            self._landed = Secret(request.url, "address of the callback")
            return
        headers = {name.title(): value for name, value in request.headers.items()}
        self.record.append(exchange_of(request.method, request.url, headers, request.post_data_buffer, None))

    def _arrived(self, address: Secret) -> Outcome[dict[str, Secret]]:
        parameters = dict(parse_qsl(urlsplit(address.reveal()).query, keep_blank_values=True))
        if "error" in parameters:
            refusal = Refusal(None, parameters["error"], parameters.get("error_description", ""))
            return Outcome("sign in", refusal=refusal, screens=tuple(self._met))
        secrets = {name: Secret(value, f"{name} of the callback") for name, value in parameters.items()}
        return Outcome("sign in", value=secrets, screens=tuple(self._met))

    def _way(self) -> str:
        return f"screens met: {' → '.join(self._met) or 'none'}"


def _action(screen: Screen, view: View, who: Credentials) -> str | None:
    """Return the action to press: go on, another method, or the factor that was picked; None where there is none."""
    if screen.does is Does.PICKS_FACTOR:
        # `sms::1` on the pages, plain `sms` in newer ones (contract, 2.2 and 2.7).
        names = PICKED_AS.get(who.factor or "", ())
        return next((action for action in view.actions if action.partition("::")[0] in names), None)
    wanted = (screen.presses,) if screen.factor in (None, who.factor) else screen.other_methods
    return next((action for action in wanted if action in view.actions), None)


def _typed(kind: str, who: Credentials) -> str:
    if kind == "username":
        return who.email
    if kind == "password":
        return who.password.reveal()
    assert who.code is not None, "who means to prove a factor has a code for it"
    return who.code().reveal()
