"""Finds a browser for the suite, or says what it installs and installs it: `make browser`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.login.browser import BrowserUnavailable, LoginBrowser

DEBIAN = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell"],
]
PLAYWRIGHT = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]


def main() -> int:
    """Return the exit code: 0 where a browser starts, 4 where none can be had."""
    if _missing() is None:
        return 0
    what, commands = _way()
    print(f"no browser was found; installing {what}", flush=True)
    for command in commands:
        if subprocess.run(command, check=False).returncode != 0:
            break
    if reason := _missing():
        print(reason, file=sys.stderr)
        return 4
    return 0


def _missing() -> str | None:
    """Return why no browser starts, or None where one does: trying is the only test that holds."""
    browser = LoginBrowser(os.environ.get("BROWSER_PATH"), os.environ.get("BROWSER_WS_ENDPOINT"), [])
    try:
        browser.start()
    except (BrowserUnavailable, Inconclusive) as missing:
        return f"{missing}; if its libraries are missing: `playwright install-deps chromium`, as root"
    finally:
        browser.close()
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


if __name__ == "__main__":
    sys.exit(main())
