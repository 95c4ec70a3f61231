"""Provide a site with sign-in pages, and sign in there in a browser or over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.login.browser import LoginBrowser, launch_arguments
from mfa_verification.login.credentials import Credentials
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.login.sign_in import SignIn
from mfa_verification.login.window import Devices
from tests.driver.site import CALLBACK, Page, Site

Play = Callable[..., Outcome[dict[str, Secret]]]
AVA = Credentials("ava@example.com", Secret("the password", "password"))


@pytest.fixture(scope="module")
def browser() -> Iterator[LoginBrowser]:
    """Start one browser for each module: Playwright allows one driver for each thread."""
    browser = LoginBrowser(None, None, launch_arguments([], None, [CALLBACK]))
    yield browser
    browser.close()


@pytest.fixture(params=["browser", "http"])
def devices(request: pytest.FixtureRequest) -> Devices:
    found: Devices = request.getfixturevalue("browser") if request.param == "browser" else HttpDevices(None)
    return found


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def play(site: Site, devices: Devices) -> Iterator[Play]:
    """Return a function that signs in on these pages."""
    device = devices.device()

    def run(*pages: Page, who: Credentials = AVA, end: str | None = None, **more: object) -> Outcome[dict[str, Secret]]:
        url = site.plays(*pages, end=end) if end else site.plays(*pages)
        return SignIn(device, url, CALLBACK, [], **more).run(who)  # type: ignore[arg-type]

    yield run
    device.close()
