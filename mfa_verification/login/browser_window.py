"""A window of a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from mfa_verification.core.clock import Deadline
from mfa_verification.core.exchange import Exchange, exchange_of
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.trace import without_secrets
from mfa_verification.login.window import (
    CAPTCHAS,
    ERROR_NAME,
    ERROR_PAGE,
    HIDDEN,
    KEY,
    Button,
    Callback,
    Entry,
    Form,
    Traffic,
    View,
    errors_at,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Response

QUIET_SECONDS = 0.5
"""A loaded page that did not change for so long is taken as complete."""
IDLE_SECONDS = 3.0
"""The same for a page without buttons: it may be detecting browser features before it continues."""
SPAN_SECONDS = 1.0
PICTURE_SECONDS = 3.0
KEY_SECONDS = 5.0
_EMPTY = "<!DOCTYPE html><title>Application</title>"
_PAGE = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_SELECTORS = {"HIDDEN": HIDDEN, "CAPTCHAS": CAPTCHAS, "ERROR_PAGE": ERROR_PAGE, "ERROR_NAME": ERROR_NAME, "KEY": KEY}
_KNOWN = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in _SELECTORS.items())
_NETWORK_ERROR = re.compile(r"net::ERR_\w+")


class BrowserDevice:
    """A browser context: cookies stay until it is closed."""

    def __init__(self, context: BrowserContext) -> None:
        """Take a new context and start its trace, for sign-ins that stop."""
        self._context = context
        with browser_errors("keep a trace"):
            context.tracing.start()

    def window(self, callback: Callback, record: list[Exchange]) -> BrowserWindow:
        """Open a window."""
        with browser_errors("open a window"):
            return BrowserWindow(self._context.new_page(), Traffic(callback, record))

    def site(self, address: str) -> Page:
        """Open an empty page at an application's address, which no server needs to serve."""
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        with browser_errors_ignored():  # older browsers have no such permission
            # Otherwise a page from a public origin may not call a tenant on this machine.
            self._context.grant_permissions(["local-network-access"], origin=origin)
        with browser_errors("open a page of the application"):
            page = self._context.new_page()
            page.route(f"{origin}/**", lambda route: route.fulfill(body=_EMPTY, content_type="text/html"))
            page.goto(address)
        return page

    def close(self) -> None:
        """Close the context and drop its trace, also where the browser has crashed."""
        with browser_errors_ignored():
            # Otherwise Playwright goes on adding to the trace.
            self._context.tracing.stop()
        with browser_errors_ignored():
            self._context.close()


class BrowserWindow:
    """A page of a browser. It never waits for `load`, for a fixed time or for words on the page."""

    def __init__(self, page: Page, traffic: Traffic) -> None:
        """Listen to requests: one to the callback ends the sign-in."""
        self.traffic = traffic
        self._page = page
        self._broken: str | None = None
        self._entered = 0
        self._has_response = False
        self._left = 0
        page.on("request", self._requested)
        page.on("response", self._responded)
        page.on("requestfailed", self._failed)
        page.on("crash", lambda _: self._break("the browser crashed"))

    def go(self, url: str) -> None:
        """Go to a URL; return when the response begins."""
        self._guarded(lambda: self._page.goto(url, wait_until="commit"))

    def look(self, seconds: float) -> View | None:
        """Return the page once its forms are there."""
        deadline = Deadline(seconds)
        while self.traffic.landed is None:
            status = self.traffic.status
            wanted = {"ms": deadline.remaining * 1000, "wrong": errors_at(status), "left": self._left}
            seen = self._guarded(partial(self._have_page, "look", wanted, deadline.remaining))
            if seen and not self.traffic.callback.is_at(seen["url"]):
                return _view(seen, status)
            if deadline.passed:
                raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, f"no page was loaded within {seconds:.0f} s")
        return None

    def enter(self, view: View, entry: Entry, seconds: float) -> None:
        """Fill in and submit a form in one script call, so that nothing is re-rendered in between.

        The page itself clicks the button, so a banner in front of it does not matter.
        """
        self._entered += 1
        wanted = {
            "mark": self._entered,
            "form": entry.form.number,
            "button": entry.button.number,
            "action": entry.button.action,
            "typed": dict(entry.typed),
            "ticked": dict(entry.ticked),
        }
        self._has_response = False
        if self._guarded(lambda: self._have_page("enter", wanted, seconds)) is not False:
            self._until_response()
        if self._has_response:
            self._left = self._entered
        elif not self._until_changed(view, seconds, quiet=None):
            raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, f"{entry} had no effect within {seconds:.0f} s")

    def changes(self, view: View, seconds: float) -> bool:
        """Wait while the page still changes."""
        return self._until_changed(view, seconds, quiet=QUIET_SECONDS if view.has_buttons else IDLE_SECONDS)

    def key(self) -> Secret | None:
        """Return the authenticator key that the page shows as text."""
        found = self._guarded(lambda: self._have_page("findKey", None, KEY_SECONDS))
        return Secret(found, "authenticator app key") if found else None

    def picture(self) -> bytes | None:
        """Return a PNG in which fields, and all that looks like a code or a key, are covered."""
        taken: list[bytes] = []
        with browser_errors_ignored():
            self._have_page("hideSecrets", None, PICTURE_SECONDS)
            hidden = [self._page.locator("input, textarea, canvas, img:not(#prompt-logo-center), [class*=qr]")]
            taken.append(self._page.screenshot(mask=hidden, timeout=PICTURE_SECONDS * 1000, animations="disabled"))
        return taken[0] if taken else None

    def trace(self) -> bytes | None:
        """Return Playwright's trace since the last one, without secrets."""
        taken: list[bytes] = []
        with browser_errors_ignored(), TemporaryDirectory() as folder:
            file = Path(folder) / "trace.zip"
            self._page.context.tracing.stop_chunk(path=file)
            taken.append(without_secrets(file.read_bytes()))
            self._page.context.tracing.start_chunk()
        return taken[0] if taken else None

    def close(self) -> None:
        """Close the page."""
        with browser_errors_ignored():
            self._page.close()

    def _until_response(self) -> None:
        """Wait for the response to a form: a page or the callback.

        The page itself cannot be asked: for a callback without a server the browser takes long to show an error page.
        """
        if not self._has_response and self.traffic.landed is None:
            with browser_errors_ignored():
                self._page.wait_for_event(
                    "response",
                    lambda _: self._has_response or self.traffic.landed is not None,
                    timeout=SPAN_SECONDS * 1000,
                )

    def _until_changed(self, view: View, seconds: float, quiet: float | None) -> bool:
        wanted = {
            "mark": self._entered,
            "url": view.url,
            "fields": sorted(view.fields),
            "errors": list(view.errors),
            "wrong": errors_at(view.status),
            "quiet": quiet and quiet * 1000,
        }
        deadline, span = Deadline(seconds), SPAN_SECONDS + (quiet or 0.0)
        while self.traffic.landed is None:
            # In short spans, since a callback may be reached while the page stays the same. Each is longer than
            # `quiet`, or no page would ever count as unchanged.
            wanted["ms"] = min(span, deadline.remaining) * 1000
            changed = self._guarded(lambda: self._have_page("untilChanged", wanted, max(span, seconds)))
            if changed != "not yet":
                return bool(changed != "never")
            if deadline.passed:
                return False
        return True

    def _have_page(self, function: str, wanted: object, seconds: float) -> Any:
        """Call a function of `page.js` in the page.

        Playwright has no timeout for scripts: it first waits for the root element, which a busy page does not return.
        """
        script = f"(root, wanted) => {{\n{_KNOWN}{_PAGE}\nreturn {function}(root, wanted);\n}}"
        return self._page.locator(":root").evaluate(script, wanted, timeout=max(seconds, 0.1) * 1000)

    def _guarded(self, act: Callable[[], Any]) -> Any:
        """Run one browser action; return None where the page navigated away meanwhile."""
        from playwright.sync_api import Error, TimeoutError  # noqa: PLC0415

        self._check()
        try:
            done = act()
        except TimeoutError:
            if self.traffic.landed is None:
                raise Inconclusive(
                    Cause.SIGN_IN_TOO_SLOW, "the tenant did not respond to the browser in time"
                ) from None
            return None
        except Error as error:
            self._check()
            if self.traffic.landed is not None or _has_navigated(error):
                return None
            if found := _NETWORK_ERROR.search(str(error)):
                raise _unreachable(found[0]) from None
            raise Inconclusive(Cause.BROWSER_FAILED, f"the browser failed: {type(error).__name__}") from None
        self._check()
        return done

    def _check(self) -> None:
        if self.traffic.landed is None and self._broken is not None:
            if _NETWORK_ERROR.fullmatch(self._broken):
                raise _unreachable(self._broken)
            raise Inconclusive(Cause.BROWSER_FAILED, self._broken)

    def _break(self, how: str) -> None:
        self._broken = how

    def _requested(self, request: Request) -> None:
        """Take the parameters that a form or a script sends to the callback (AF-AUTHZ-04)."""
        if request.is_navigation_request() and self.traffic.callback.is_at(request.url):
            self._land(request.url, request.post_data or "")

    def _responded(self, response: Response) -> None:
        """Record each response to a navigation; a redirect to the callback ends the sign-in."""
        request = response.request
        if not request.is_navigation_request() or request.frame != self._page.main_frame:
            return
        callback = self.traffic.callback
        if callback.is_at(request.url):
            return
        self._note(request, response.status)
        self.traffic.status = response.status
        self._has_response = not 300 <= response.status < 400
        target = urljoin(request.url, response.headers.get("location", ""))
        if 300 <= response.status < 400 and callback.is_at(target):
            self._land(target)

    def _failed(self, request: Request) -> None:
        if not request.is_navigation_request() or request.frame != self._page.main_frame:
            return
        if self.traffic.landed is not None or self.traffic.callback.is_at(request.url):
            return
        failure = request.failure or ""
        # ERR_ABORTED: another navigation replaced this one.
        if "ERR_ABORTED" not in failure:
            self._note(request, None)
            self._break(failure)

    def _note(self, request: Request, status: int | None) -> None:
        headers = {name.title(): value for name, value in request.headers.items()}
        sent = exchange_of(request.method, request.url, headers, request.post_data_buffer, status)
        self.traffic.record.append(sent)

    def _land(self, url: str, body: str = "") -> None:
        if self.traffic.landed is None:
            self.traffic.landed = self.traffic.callback.parameters(url, body)


def _view(seen: dict[str, Any], status: int | None) -> View:
    forms = tuple(
        Form(
            number=number,
            fields=tuple(form["fields"]),
            ticks=tuple(form["ticks"]),
            buttons=tuple(Button(*button) for button in form["buttons"]),
            social=form["social"],
        )
        for number, form in enumerate(seen["forms"])
    )
    return View(
        seen["url"], seen["title"], status, forms,
        tuple(seen["errors"]), tuple(seen["codes"]), seen["captcha"], seen["error_page"], seen["text"],
    )  # fmt: skip


def _has_navigated(error: Exception) -> bool:
    """Return whether the error only means that the page navigated away."""
    gone = ("context was destroyed", "Cannot find context", "navigat", "frame was detached", "ERR_ABORTED")
    return any(words in str(error) for words in gone)


def _unreachable(name: str) -> Inconclusive:
    return Inconclusive(Cause.TENANT_UNREACHABLE, f"the browser cannot reach the tenant: {name}")


@contextmanager
def browser_errors(action: str) -> Iterator[None]:
    """Turn Playwright's errors, which print typed values and URLs, into `Inconclusive`."""
    from playwright.sync_api import Error, TimeoutError  # noqa: PLC0415

    try:
        yield
    except TimeoutError:
        raise Inconclusive(Cause.SIGN_IN_TOO_SLOW, f"the browser could not {action} in time") from None
    except Error as error:
        raise Inconclusive(Cause.BROWSER_FAILED, f"the browser could not {action}: {type(error).__name__}") from None


@contextmanager
def browser_errors_ignored() -> Iterator[None]:
    """Ignore errors while a window or browser is closed."""
    try:
        with browser_errors("close"):
            yield
    except Inconclusive:
        pass
