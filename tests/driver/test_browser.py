"""Check how a browser is started, and the script that runs in its pages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import playwright
import pytest

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause
from mfa_verification.login.browser import ON_PATH, PIN, BrowserUnavailable, LoginBrowser, WatchOptions
from mfa_verification.login.sign_in import SignIn
from tests.driver import builds
from tests.driver.conftest import AVA
from tests.driver.site import CALLBACK, Page, Site

LOGIN = Page("login", builds.login("newer"))
DRIVER = Path(playwright.__file__).parent / "driver"


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Start a Playwright server, and return its WebSocket URL."""
    found = next((path for name in ON_PATH if (path := shutil.which(name))), None)
    options = {"args": ["--no-sandbox"]} | ({"executablePath": found} if found else {})
    (tmp_path / "server.json").write_text(json.dumps(options))
    command = [str(DRIVER / "node"), str(DRIVER / "package" / "cli.js"), "launch-server", "--browser", "chromium"]
    server = subprocess.Popen(
        [*command, "--config", str(tmp_path / "server.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    line = server.stdout.readline().strip()
    assert line.startswith("ws://"), line
    yield line
    server.terminate()
    server.wait(300)
    server.stdout.close()


def signs_in(browser: LoginBrowser, site: Site) -> float:
    """Sign in once; return the seconds that it took."""
    device = browser.device()
    began = time.monotonic()
    try:
        assert SignIn(device, site.plays(LOGIN), CALLBACK, []).run(AVA).value
    finally:
        device.close()
    return time.monotonic() - began


def test_a_remote_browser_signs_in(site: Site, endpoint: str) -> None:
    browser = LoginBrowser(None, endpoint, [])
    try:
        signs_in(browser, site)
    finally:
        browser.close()


def test_a_remote_browser_that_is_down_is_inconclusive() -> None:
    browser = LoginBrowser(None, "ws://127.0.0.1:1/", [])
    with pytest.raises(Inconclusive, match="BROWSER_WS_ENDPOINT cannot be reached") as met:
        browser.start()
    assert met.value.cause is Cause.BROWSER_FAILED


def test_a_remote_browser_cannot_use_a_private_ca() -> None:
    with pytest.raises(BrowserUnavailable, match="AUTH0_CA_BUNDLE: use a local browser"):
        LoginBrowser(None, "ws://127.0.0.1:1/", [f"{PIN}x"]).start()


def test_a_browser_can_be_slowed_down(site: Site) -> None:
    browser = LoginBrowser(None, None, [], WatchOptions(slow_mo=1500))
    try:
        assert signs_in(browser, site) >= 1.5, "at least one action was delayed"
    finally:
        browser.close()


@pytest.mark.parametrize("headed", [True, False])
def test_a_browser_is_visible_if_headed(tmp_path: Path, headed: bool) -> None:
    shell, asked = tmp_path / "browser", tmp_path / "asked"
    shell.write_text(f'#!/bin/sh\necho "$@" > {asked}\nexit 1\n')
    shell.chmod(0o755)
    browser = LoginBrowser(str(shell), None, [], WatchOptions(headed=headed))
    with pytest.raises(BrowserUnavailable, match="but it does not start"):
        browser.start()
    assert ("--headless" in asked.read_text()) is not headed


SCRIPTS = Path(__file__).parents[2] / "mfa_verification" / "login"
PAGE = SCRIPTS / "page.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_script_is_well_formed() -> None:
    checked = subprocess.run(["node", "--check", str(PAGE)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_script_has_every_function_that_is_called() -> None:
    called = set(re.findall(r'_have_page, "(\w+)"|_have_page\("(\w+)"', (SCRIPTS / "browser_window.py").read_text()))
    names = {name for pair in called for name in pair if name}
    assert names == {"look", "enter", "findKey", "hideSecrets", "untilChanged"}
    assert names <= set(re.findall(r"^(?:async )?function (\w+)", PAGE.read_text(), re.MULTILINE))
