"""Finds and starts a browser; with a private CA it trusts only the tenant's own certificate."""

from __future__ import annotations

import base64
import hashlib
import shutil
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser_window import (
    BrowserDevice,
    browser_errors,
    browser_errors_ignored,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

# Builds on PATH, the fastest first: a headless shell signs in two to three times as fast.
ON_PATH = ("chromium-headless-shell", "google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
PIN = "--ignore-certificate-errors-spki-list="
QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]


class BrowserUnavailable(Exception):
    """No browser could be started; the message says what was tried and what to install."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Options for watching the browser."""

    headed: bool = False
    """Show the window; needs a full browser and a display."""
    slow_mo: float = 0.0
    """Milliseconds before each action of the browser."""


class LoginBrowser:
    """One Chromium for a run; each sign-in gets a new context, without cookies."""

    def __init__(
        self, path: str | None, ws_endpoint: str | None, arguments: list[str], watched: WatchOptions | None = None
    ) -> None:
        """Remember how to start the browser. A remote browser ignores `headed`."""
        self._watched = watched or WatchOptions()
        self._path = path
        self._ws_endpoint = ws_endpoint
        self._arguments = arguments
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def start(self) -> None:
        """Start the browser, once. Raises `BrowserUnavailable`."""
        if self._browser is not None:
            return
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # takes 0.2 s, and not every run signs in

        self._playwright = sync_playwright().start()
        try:
            self._browser = self._open(self._playwright)
        except (BrowserUnavailable, Inconclusive):
            self.close()
            raise

    def context(self) -> BrowserContext:
        """Return a new context without cookies and cache."""
        try:
            self.start()
            assert self._browser is not None and self._playwright is not None
            if not self._browser.is_connected():
                # The browser crashed in an earlier sign-in, which reported it.
                self._browser = self._open(self._playwright)
        except BrowserUnavailable as missing:
            raise Inconclusive(Cause.BROWSER_FAILED, str(missing)) from None
        with browser_errors("open a window"):
            return self._browser.new_context(locale="en-US")

    def device(self) -> BrowserDevice:
        """Return a new device."""
        return BrowserDevice(self.context())

    def close(self) -> None:
        """Close browser and driver, if they were started."""
        if self._playwright is None:
            return
        with browser_errors_ignored():
            if self._browser is not None:
                self._browser.close()
        with browser_errors_ignored():
            self._playwright.stop()
        self._browser = self._playwright = None

    def _open(self, playwright: Playwright) -> Browser:
        from playwright.sync_api import Error  # noqa: PLC0415

        if self._ws_endpoint and any(argument.startswith(PIN) for argument in self._arguments):
            raise BrowserUnavailable("a browser at BROWSER_WS_ENDPOINT cannot use AUTH0_CA_BUNDLE: use a local browser")
        if self._ws_endpoint:
            try:
                return playwright.chromium.connect(self._ws_endpoint, slow_mo=self._watched.slow_mo)
            except Error:
                raise Inconclusive(
                    Cause.BROWSER_FAILED, "the browser at BROWSER_WS_ENDPOINT cannot be reached"
                ) from None
        tried = []
        for name, options in self._candidates():
            try:
                return playwright.chromium.launch(
                    args=[*QUIET, *self._arguments],
                    handle_sigint=False,
                    headless=not self._watched.headed,
                    slow_mo=self._watched.slow_mo,
                    **options,
                )
            except Error as error:
                tried.append((name, _first_line(error)))
        if self._path:
            raise BrowserUnavailable(f"BROWSER_PATH is {self._path}, but it does not start ({tried[0][1]})")
        raise BrowserUnavailable(
            "no browser was found: run `make browser`, or `playwright install --only-shell chromium`, or set "
            f"BROWSER_PATH. Tried {', '.join(name for name, _ in tried)}"
        )

    def _candidates(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if self._path:
            yield self._path, {"executable_path": self._path}
            return
        yield "Playwright's own", {}
        yield "Chrome", {"channel": "chrome"}
        yield "Edge", {"channel": "msedge"}
        for name in ON_PATH:
            if found := shutil.which(name):
                yield found, {"executable_path": found}


def launch_arguments(hosts: list[str], ca_bundle: Path | None, callbacks: list[str]) -> list[str]:
    """Return Chromium's arguments for a tenant.

    With a private CA, the certificate of each host is fetched over TLS verified with that CA, and only its key is
    trusted. Callback hosts are made unresolvable, so that no authorization code reaches a real application.
    """
    arguments = []
    if ca_bundle is not None:
        try:
            pins = ",".join(leaf_pin(host, ca_bundle) for host in hosts)
        except OSError as error:
            unread = f"the certificate of {', '.join(hosts)} cannot be fetched: {type(error).__name__}"
            raise Inconclusive(Cause.TENANT_UNREACHABLE, unread) from None
        arguments.append(f"{PIN}{pins}")
    names = {urlsplit(callback).hostname for callback in callbacks} - {urlsplit(f"//{host}").hostname for host in hosts}
    rules = ",".join(f"MAP {name} ~NOTFOUND" for name in sorted(name for name in names if name))
    return [*arguments, f"--host-resolver-rules={rules}"] if rules else arguments


def leaf_pin(host: str, ca_bundle: Path) -> str:
    """Return base64(SHA-256(public key)) of the host's certificate, verified with `ca_bundle`.

    Raises OSError (or its subclass ssl.SSLError) where the certificate cannot be fetched or verified.
    """
    where = urlsplit(f"//{host}")
    assert where.hostname is not None
    context = ssl.create_default_context(cafile=str(ca_bundle))
    with (
        socket.create_connection((where.hostname, where.port or 443), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=where.hostname) as secured,
    ):
        leaf = secured.getpeercert(binary_form=True)
    assert leaf is not None
    key = x509.load_der_x509_certificate(leaf).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].removeprefix("BrowserType.launch: ")
