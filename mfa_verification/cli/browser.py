"""`mfa-verify browser install`: finds a browser for the suite, or says what it installs and installs it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

import click

from mfa_verification.cli.command import give_up, say
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.login.browser import BrowserUnavailable, LoginBrowser

DEBIAN = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell"],
]
PLAYWRIGHT = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]


@click.group()
def browser() -> None:
    """Manage the browser that signs in."""


@browser.command()
def install() -> int:
    """Find a browser, or install one.

    On Debian, for root, that is Debian's own; else it is Playwright's.
    """
    if _missing() is None:
        return 0
    what, commands = _way()
    say(f"no browser was found; installing {what}")
    for command in commands:
        if subprocess.run(command, check=False).returncode != 0:
            break
    if reason := _missing():
        return give_up(4, reason)
    return 0


def _missing() -> str | None:
    """Return why no browser starts, or None where one does: trying is the only test that holds."""
    found = LoginBrowser(os.environ.get("BROWSER_PATH"), os.environ.get("BROWSER_WS_ENDPOINT"), [])
    try:
        found.start()
    except (BrowserUnavailable, Inconclusive) as missing:
        return f"{missing}; if its libraries are missing: `playwright install-deps chromium`, as root"
    finally:
        found.close()
    return None


def _way() -> tuple[str, list[list[str]]]:
    if _is_debian() and os.geteuid() == 0 and shutil.which("apt-get"):
        return "Debian's chromium-headless-shell (apt-get)", DEBIAN
    return "Playwright's own headless Chromium", PLAYWRIGHT


def _is_debian() -> bool:
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False
