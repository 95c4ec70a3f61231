"""A window onto the tenant's pages: what the driver asks of a real browser and of plain HTTP alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from mfa_verification.core.exchange import Exchange
from mfa_verification.core.secret import Secret

HIDDEN = "[hidden], [aria-hidden=true], .hide, .ulp-hidden-form-submit-button, template, noscript"
"""Whatever lies in one of these is not seen: decoys and hidden copies (AF-PAGE-07, AF-PAGE-10)."""

CODES_AND_KEYS = re.compile(r"[A-Z0-9]{4}(?:[ -]?[A-Z0-9]{4}){3,}|[0-9]{6,}")
"""What looks like a code or a key, in words that are to be shown."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An application's callback: an address that nobody needs to serve."""

    address: str

    def is_at(self, url: str) -> bool:
        """Say whether `url` is this callback, with parameters added: all else must match exactly (AF-AUTHZ-10)."""
        mine, other = urlsplit(self.address), urlsplit(url)
        same = (mine.scheme, mine.netloc, mine.path or "/") == (other.scheme, other.netloc, other.path or "/")
        return same and set(parse_qsl(mine.query)) <= set(parse_qsl(other.query))

    def parameters(self, url: str, body: str = "") -> dict[str, Secret]:
        """Return what came along: in the query, the fragment, or a form that was posted (AF-AUTHZ-04)."""
        parts = urlsplit(url)
        own = set(parse_qsl(urlsplit(self.address).query))
        pairs = [parse_qsl(text, keep_blank_values=True) for text in (parts.query, parts.fragment, body)]
        return secrets_of(pair for part in pairs for pair in part if pair not in own)


def secrets_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Secret]:
    """Return a callback's parameters, none of which can be printed."""
    return {name: Secret(value, f"{name} of the callback") for name, value in pairs}


@dataclass
class Traffic:
    """What a window met on the wire."""

    callback: Callback
    record: list[Exchange] = field(default_factory=list)
    """Everything sent to the tenant, oldest first."""
    status: int | None = None
    """HTTP status of the page that is shown."""
    landed: dict[str, Secret] | None = None
    """The callback's parameters, once a redirect or a form led there."""


class Window(Protocol):
    """One sign-in's window; what cannot be done raises `Inconclusive`."""

    traffic: Traffic

    def go(self, url: str) -> None:
        """Go to an address, and on through redirects to a page or to the callback."""

    def look(self, seconds: float) -> View | None:
        """Look at the page, as soon as there is one; None where the window has landed on the callback."""

    def enter(self, view: View, entry: Entry, seconds: float) -> None:
        """Fill in a form of the page and press a button, and wait for what comes of it."""

    def changes(self, view: View, seconds: float) -> bool:
        """Wait for a page that is still being rendered by script; False where it stays as it is."""

    def key(self) -> Secret | None:
        """Return the key of an authenticator app that the page shows in letters; None where it shows none."""

    def picture(self) -> bytes | None:
        """Return a PNG of the page without any secret in it; None where there is nothing to see."""

    def trace(self) -> bytes | None:
        """Return what was done on the device so far, for Playwright's viewer; None where nothing keeps that."""

    def close(self) -> None:
        """Close it; the device that it belongs to lives on."""


class Device(Protocol):
    """What a user signs in on: its cookies live until it is closed."""

    def window(self, callback: Callback, record: list[Exchange]) -> Window:
        """Open a window."""

    def close(self) -> None:
        """Forget everything."""


class Devices(Protocol):
    """Where devices come from: one browser for a whole run, or plain HTTP."""

    def device(self) -> Device:
        """Return a device that was never used before."""


# A tenant may serve its pages below a prefix, of a custom domain or a language.
_PLACE = re.compile(r"/u/(.+?)/?$")

ERRORS = "[id^=error-element-], .ulp-input-error-message, [data-error-code], [id^=error-cs-].ulp-validator-error"
"""Error elements, known by ids and classes that belong to the markup of the pages (AF-PAGE-08).

What a page's own script finds wrong is in it from the start, and hidden by its stylesheet alone, which may be late
or blocked: the class that the script adds tells, never whether it can be seen (AF-PAGE-09).
"""
NOTICE = "#prompt-alert"
"""A page's notice: without a code it is an error only where the status says so; good news stand there too."""
CAPTCHAS = (
    "[name=captcha], #captcha, [data-captcha-provider], .ulp-captcha, .ulp-captcha-container, #ulp-auth0-v2-captcha, "
    "#ulp-recaptcha, #ulp-hcaptcha, #ulp-friendly-captcha, #ulp-arkose"
)
"""Whatever asks to prove that nobody automates this (AF-PAGE-13)."""
ERROR_PAGE = ".unhandled-error-cont"
"""What only Auth0's own error page has, wherever it is shown; a proxy's page has not."""
ERROR_NAME = ".error-status"
"""Where that page names the error; before it stand three hundred characters that fit every error."""

KEY = "[A-Z2-7]{26,}"
"""A key in letters, blanks taken out: base32, of 128 bits at least (RFC 4226, R6). What it stands in has no name."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that a user sees and can press."""

    number: int
    """Its place among its form's own buttons, hidden ones counted."""
    action: str
    """Its value where its name is `action`, else empty."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page."""

    number: int
    fields: tuple[str, ...]
    """Names of the inputs that can be filled in: seen, and neither read-only nor switched off."""
    ticks: tuple[str, ...]
    """Names of its boxes and choices, also where a drawn label stands for them."""
    buttons: tuple[Button, ...]
    social: bool
    """It leads to another provider (AF-PAGE-30)."""


@dataclass(frozen=True, slots=True)
class View:
    """One page, as far as a sign-in needs to know it."""

    url: str
    title: str
    status: int | None
    forms: tuple[Form, ...]
    errors: tuple[str, ...]
    """The tenant's own words, where it rendered the page with an error."""
    codes: tuple[str, ...]
    """Auth0's own names of what went wrong, such as `invalid-code` (AF-PAGE-08)."""
    captcha: bool
    error_page: bool
    """It is Auth0's own error page."""
    text: str
    """The words that name the error on an error page; else the page's first ones, for messages about it."""

    @property
    def path(self) -> str:
        """The page's path, without a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def place(self) -> str | None:
        """What follows `/u/`; None where this is no page of Universal Login."""
        found = _PLACE.search(urlsplit(self.url).path)
        return found[1] if found else None

    @property
    def has_buttons(self) -> bool:
        """Say whether there is anything to press."""
        return any(form.buttons for form in self.forms)

    @property
    def fields(self) -> frozenset[str]:
        """Names of everything that can be filled in, forms of other providers left out."""
        return frozenset(name for form in self._own for name in form.fields)

    @property
    def actions(self) -> tuple[str, ...]:
        """Values of the `action` buttons that can be pressed."""
        return tuple(dict.fromkeys(button.action for form in self._own for button in form.buttons if button.action))

    def way(self, fields: Sequence[str], actions: Sequence[str]) -> tuple[Form, Button] | None:
        """Return the form that has all `fields`, and its button for the first of `actions` that it has (`*`: any end).

        Where fields decide which form is meant, its only button goes on, whatever its value.
        """
        forms = [form for form in self._own if set(fields) <= set(form.fields)]
        for action in actions:
            for form in forms:
                for button in form.buttons:
                    if button.action == action or (action.endswith("*") and button.action.startswith(action[:-1])):
                        return form, button
        single = [(form, form.buttons[0]) for form in forms if fields and len(form.buttons) == 1]
        return single[0] if single else None

    @property
    def _own(self) -> tuple[Form, ...]:
        return tuple(form for form in self.forms if not form.social)


def errors_at(status: int | None) -> str:
    """Return the selector of the error elements of a page that came with `status`."""
    return f"{ERRORS}, {NOTICE}" if status is not None and status >= 400 else ERRORS


@dataclass(frozen=True, slots=True)
class Entry:
    """What a user does with one form: fills fields, ticks boxes, presses one of its buttons."""

    form: Form
    button: Button
    typed: Mapping[str, str]
    """Secrets in clear: it lives from here to the wire, and nowhere else."""
    ticked: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Entry({', '.join(self.typed)} → {self.button.action or 'its button'})"
