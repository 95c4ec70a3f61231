"""Provide local tenants, and the engine that works on them, for tests of whole runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.preflight import browser_for, run_preflight, start_browser
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.numbers import NumberGenerator
from mfa_verification.phones.phone import Phone, Wording
from mfa_verification.phones.registry import factory_of, setting_names
from mfa_verification.settings.profile import Application, Profile, profile_from
from mfa_verification.users.confirmations import as_it_is
from mfa_verification.users.directory import Addresses, TestUser, TestUsers
from tests.running import ROOT
from tests.tenant.client import LocalTenant

DEFAULT = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
"""The configuration of the default tenant."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """Serve one tenant for all tests that leave its configuration as it is."""
    running = LocalTenant.serve(tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


@pytest.fixture
def env_file(served: LocalTenant, tmp_path: Path) -> Path:
    """Write the settings of the shared tenant to `tenant.env` in the test's folder."""
    return write_settings(tmp_path / "tenant.env", served.settings)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalTenant]:
    """Serve a tenant for one test, with its settings in `tenant.env` in the test's folder."""
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
    with user_of(verified) as user:
        yield user


@contextmanager
def user_of(tenant: Tenant) -> Iterator[TestUser]:
    """Create a test user, and remove the user at the end."""
    provider = factory_of("inbox")(tenant.profile.phone_settings)
    numbers = NumberGenerator("+1555#######", 0, 1, 0)
    users = TestUsers(
        tenant,
        "suite",
        Addresses("suite", 0, lambda *_: None).next,
        lambda _, number=None: Phone(number or numbers.next(), provider, Wording(tenant.name)),
    )
    yield users.create("Ava")
    users.remove_all()


def enroll_phone(user: TestUser, application: Application) -> None:
    """Sign in, then enroll the user's phone."""
    user.sign_in(application).result()
    user.enrollment.start(Factor.SMS).result()
    user.enrollment.confirm(user.enrollment.sms_code(), as_it_is).result()


@contextmanager
def tenant_of(running: LocalTenant, **changes: str) -> Iterator[Tenant]:
    """Open the engine's tenant with these settings changed, without a browser."""
    profile = profile_from(running.settings | changes, "the test", setting_names)
    tenant = Tenant(profile, cast("LoginBrowser", None))
    try:
        yield tenant
    finally:
        tenant.close()


def write_settings(file: Path, settings: dict[str, str]) -> Path:
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return file


@contextmanager
def serving(folder: Path, *options: str, text: str = DEFAULT) -> Iterator[LocalTenant]:
    """Serve a tenant with this configuration, and write its settings to `FOLDER/tenant.env`."""
    running = LocalTenant.serve(folder, *options, text=text)
    try:
        yield running
    finally:
        running.stop()


def without(settings: dict[str, str], prefix: str) -> dict[str, str]:
    """Return the settings whose names do not begin with this prefix."""
    return {name: value for name, value in settings.items() if not name.startswith(prefix)}


def client_of(role: str, running: LocalTenant, *, instead_of: str) -> dict[str, str]:
    """Return settings that use the client of one role instead of another's."""
    return {
        f"AUTH0_{instead_of}_CLIENT_{part}": running.settings[f"AUTH0_{role}_CLIENT_{part}"]
        for part in ("ID", "SECRET")
    }


def run_whole_preflight(settings: dict[str, str]) -> None:
    """Run the first half of the preflight in this process, browser included."""
    browser, _ = run_preflight(profile_from(settings, "the test", setting_names), ROOT)
    try:
        start_browser(browser)
    finally:
        browser.close()
