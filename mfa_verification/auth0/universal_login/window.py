"""A window onto the tenant's pages: what the driver asks of a real browser and of plain HTTP alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from mfa_verification.auth0.universal_login.view import Entry, View
from mfa_verification.http.exchange import Exchange
from mfa_verification.secret import Secret

HIDDEN = "[hidden], [aria-hidden=true], .hide, .ulp-hidden-form-submit-button, template, noscript"
"""Whatever lies in one of these is not seen: decoys and hidden copies (contract, 2.3, 2.4, 2.11)."""

CODES_AND_KEYS = re.compile(r"[A-Z0-9]{4}(?:[ -]?[A-Z0-9]{4}){3,}|[0-9]{6,}")
"""What looks like a code or a key, in words that are to be shown."""


@dataclass(frozen=True, slots=True)
class Callback:
    """An application's callback: an address that nobody needs to serve."""

    address: str

    def is_at(self, url: str) -> bool:
        """Say whether `url` is this callback, with parameters added: all else must match exactly (contract, 1.7)."""
        mine, other = urlsplit(self.address), urlsplit(url)
        same = (mine.scheme, mine.netloc, mine.path or "/") == (other.scheme, other.netloc, other.path or "/")
        return same and set(parse_qsl(mine.query)) <= set(parse_qsl(other.query))

    def parameters(self, url: str, body: str = "") -> dict[str, Secret]:
        """Return what came along: in the query, the fragment, or a form that was posted (contract, 1.4)."""
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
    """What a person signs in on: its cookies live until it is closed."""

    def window(self, callback: Callback, record: list[Exchange]) -> Window:
        """Open a window."""

    def close(self) -> None:
        """Forget everything."""


class Devices(Protocol):
    """Where devices come from: one browser for a whole run, or plain HTTP."""

    def device(self) -> Device:
        """Return a device that was never used before."""
