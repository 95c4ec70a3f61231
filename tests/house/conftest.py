"""A tenant for the runs of the suite that these tests start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.preflight import browser_for, run_preflight, start_browser
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import Phone, Wording
from mfa_verification.phones.registry import factory_of, setting_names
from mfa_verification.settings.profile import Application, Profile, profile_from
from mfa_verification.users.directory import Addresses, TestUser, TestUsers
from tests.running import ROOT
from tests.tenant.client import LocalTenant

DEFAULT = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
"""The tenant as it comes along, for a test to have it otherwise."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A local tenant, served as a user would serve it."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


@pytest.fixture
def env_file(served: LocalTenant, tmp_path: Path) -> Path:
    """A copy of its settings, for a test to change."""
    return write_settings(tmp_path / "tenant.env", served.settings)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalTenant]:
    """A tenant of the test's own, with its settings in `tenant.env`."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def profile(served: LocalTenant) -> Profile:
    return profile_from(served.settings, "the local tenant", setting_names)


@pytest.fixture(scope="module")
def browser(profile: Profile) -> Iterator[LoginBrowser]:
    browser = browser_for(profile)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def verified(profile: Profile, browser: LoginBrowser) -> Iterator[Tenant]:
    tenant = Tenant(profile, browser)
    yield tenant
    tenant.close()


@pytest.fixture
def spa(verified: Tenant) -> Application:
    return verified.application("single-page application")


@pytest.fixture
def ava(verified: Tenant) -> Iterator[TestUser]:
    provider = factory_of("inbox")(verified.profile.phone_settings)
    numbers = NumberGenerator("+1555#######", 0, 1, 0)
    addresses = Addresses("driver", 0, lambda *_: None)
    users = TestUsers(
        verified,
        "driver",
        addresses.next,
        lambda _, number=None: Phone(number or numbers.next(), provider, Wording(verified.name)),
    )
    yield users.create("Ava")
    users.remove_all()


def write_settings(file: Path, settings: dict[str, str]) -> Path:
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return file


@contextmanager
def serving(folder: Path, *options: str, text: str = DEFAULT) -> Iterator[LocalTenant]:
    """A tenant of that description, with its settings in `FOLDER/tenant.env`."""
    (folder / "tenant.toml").write_text(text)
    running = LocalTenant.serve(folder, "--tenant-file", str(folder / "tenant.toml"), *options)
    try:
        yield running
    finally:
        running.stop()


def without(settings: dict[str, str], prefix: str) -> dict[str, str]:
    """The settings but those that begin so."""
    return {name: value for name, value in settings.items() if not name.startswith(prefix)}


def run_whole_preflight(settings: dict[str, str]) -> None:
    """Check our own half in this process, as a run does before anything else."""
    browser, _ = run_preflight(profile_from(settings, "the test", setting_names), ROOT)
    try:
        start_browser(browser)
    finally:
        browser.close()
