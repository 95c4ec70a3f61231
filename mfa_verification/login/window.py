"""The window on the tenant's pages: the interface of browser and HTTP, and the contents of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from mfa_verification.core.exchange import Exchange
from mfa_verification.core.secret import Secret

HIDDEN = "[hidden], [aria-hidden=true], .hide, .ulp-hidden-form-submit-button, template, noscript"
"""Elements whose content is not visible: decoys and hidden copies (AF-PAGE-07, AF-PAGE-10)."""

CODES_AND_KEYS = re.compile(r"[A-Z0-9]{4}(?:[ -]?[A-Z0-9]{4}){3,}|[0-9]{6,}")
"""What looks like a code or a key, in words that are shown."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An application's callback URL, which no server needs to serve."""

    address: str

    def is_at(self, url: str) -> bool:
        """Return whether `url` is this callback, apart from added parameters (AF-AUTHZ-10)."""
        mine, other = urlsplit(self.address), urlsplit(url)
        same = (mine.scheme, mine.netloc, mine.path or "/") == (other.scheme, other.netloc, other.path or "/")
        return same and set(parse_qsl(mine.query)) <= set(parse_qsl(other.query))

    def parameters(self, url: str, body: str = "") -> dict[str, Secret]:
        """Return the parameters in query, fragment or posted form (AF-AUTHZ-04)."""
        parts = urlsplit(url)
        own = set(parse_qsl(urlsplit(self.address).query))
        pairs = [parse_qsl(text, keep_blank_values=True) for text in (parts.query, parts.fragment, body)]
        return secrets_of(pair for part in pairs for pair in part if pair not in own)


def secrets_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Secret]:
    """Return a callback's parameters as secrets."""
    return {name: Secret(value, f"{name} of the callback") for name, value in pairs}


@dataclass
class Traffic:
    """What a window sent and received."""

    callback: Callback
    record: list[Exchange] = field(default_factory=list)
    """Requests to the tenant, oldest first."""
    status: int | None = None
    """HTTP status of the current page."""
    landed: dict[str, Secret] | None = None
    """The callback's parameters, once it was reached."""


class Window(Protocol):
    """The window of one sign-in; its methods raise `Inconclusive` where they fail."""

    traffic: Traffic

    def go(self, url: str) -> None:
        """Go to a URL and follow redirects to a page or to the callback."""

    def look(self, seconds: float) -> View | None:
        """Return the page as soon as it is there; None where the callback was reached."""

    def enter(self, view: View, entry: Entry, seconds: float) -> None:
        """Fill in a form, press a button, and wait for the result."""

    def changes(self, view: View, seconds: float) -> bool:
        """Wait for a page that scripts still render; return False where it does not change."""

    def key(self) -> Secret | None:
        """Return the authenticator key that the page shows as text, or None."""

    def picture(self) -> bytes | None:
        """Return a PNG of the page without secrets; None without a browser."""

    def trace(self) -> bytes | None:
        """Return the device's trace so far, for Playwright's viewer; None without a browser."""

    def close(self) -> None:
        """Close the window; the device stays open."""


class Device(Protocol):
    """What a user signs in with: keeps cookies until it is closed."""

    def window(self, callback: Callback, record: list[Exchange]) -> Window:
        """Open a window."""

    def close(self) -> None:
        """Close the device and drop its cookies."""


class Devices(Protocol):
    """Creates devices: one browser for a whole run, or plain HTTP."""

    def device(self) -> Device:
        """Return a new device."""


# A tenant may serve its pages below a prefix, for a custom domain or a language.
_PLACE = re.compile(r"/u/(.+?)/?$")

ERRORS = "[id^=error-element-], .ulp-input-error-message, [data-error-code], [id^=error-cs-].ulp-validator-error"
"""Error elements, by ids and classes that belong to the markup of the pages (AF-PAGE-08).

Errors of the page's own script are in the page from the start, hidden only by a stylesheet that may load late. So the
class that the script adds decides, not visibility (AF-PAGE-09).
"""
NOTICE = "#prompt-alert"
"""The page's notice, which may be good news: without a code it is an error only where the status says so."""
CAPTCHAS = (
    "[name=captcha], #captcha, [data-captcha-provider], .ulp-captcha, .ulp-captcha-container, #ulp-auth0-v2-captcha, "
    "#ulp-recaptcha, #ulp-hcaptcha, #ulp-friendly-captcha, #ulp-arkose"
)
"""Captchas (AF-PAGE-13)."""
ERROR_PAGE = ".unhandled-error-cont"
"""Only on Auth0's own error page, not on a proxy's."""
ERROR_NAME = ".error-status"
"""The error's name on that page; 300 characters of general text stand before it."""

KEY = "[A-Z2-7]{26,}"
"""A key as text, without spaces: base32, at least 128 bits (RFC 4226, R6). The element around it has no id."""


@dataclass(frozen=True, slots=True)
class Button:
    """A visible button."""

    number: int
    """Its index among the buttons of its form, hidden ones included."""
    action: str
    """Its value if its name is `action`, else empty."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page."""

    number: int
    fields: tuple[str, ...]
    """Names of the inputs that can be filled in: visible, neither read-only nor disabled."""
    ticks: tuple[str, ...]
    """Names of checkboxes and radio buttons, also where a drawn label replaces them."""
    buttons: tuple[Button, ...]
    social: bool
    """The form leads to another identity provider (AF-PAGE-30)."""


@dataclass(frozen=True, slots=True)
class View:
    """The parts of a page that a sign-in needs."""

    url: str
    title: str
    status: int | None
    forms: tuple[Form, ...]
    errors: tuple[str, ...]
    """The errors on the page, in the tenant's words."""
    codes: tuple[str, ...]
    """Auth0's error codes, such as `invalid-code` (AF-PAGE-08)."""
    captcha: bool
    error_page: bool
    """Whether this is Auth0's own error page."""
    text: str
    """The error's name on an error page; else the first words of the page, for messages."""

    @property
    def path(self) -> str:
        """Return the path without a trailing slash."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def place(self) -> str | None:
        """Return what follows `/u/`; None where this is no page of Universal Login."""
        found = _PLACE.search(urlsplit(self.url).path)
        return found[1] if found else None

    @property
    def has_buttons(self) -> bool:
        """Return whether there is a button."""
        return any(form.buttons for form in self.forms)

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of all fields, without the forms of other identity providers."""
        return frozenset(name for form in self._own for name in form.fields)

    @property
    def actions(self) -> tuple[str, ...]:
        """Return the values of the visible `action` buttons."""
        return tuple(dict.fromkeys(button.action for form in self._own for button in form.buttons if button.action))

    def way(self, fields: Sequence[str], actions: Sequence[str]) -> tuple[Form, Button] | None:
        """Return the form with all `fields`, and its first button of `actions` (a trailing `*` matches any end).

        Where fields select the form, its only button is taken, whatever its value.
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
    """Return the selector of the error elements for a page with that status."""
    return f"{ERRORS}, {NOTICE}" if status is not None and status >= 400 else ERRORS


@dataclass(frozen=True, slots=True)
class Entry:
    """What a user does with a form: fill in fields, tick boxes, press a button."""

    form: Form
    button: Button
    typed: Mapping[str, str]
    """Secrets in clear text, used only for sending."""
    ticked: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Entry({', '.join(self.typed)} → {self.button.action or 'its button'})"
