"""A tenant for the runs of the suite that these tests start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.preflight import browser_for
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.numbers import NumberMint
from mfa_verification.phones.phone import Phone, Wording
from mfa_verification.phones.registry import factory_of, setting_names
from mfa_verification.settings.profile import Application, Profile, profile_from
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.mark import Addresses
from mfa_verification.users.test_user import TestUser
from tests.tenant.running import Running, start


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A local tenant, served as a person would serve it."""
    running = start(tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


@pytest.fixture
def env_file(served: Running, tmp_path: Path) -> Path:
    """A copy of its settings, for a test to change."""
    return write_settings(tmp_path / "tenant.env", served.settings)


@pytest.fixture(scope="module")
def profile(served: Running) -> Profile:
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
    numbers = NumberMint("+1555#######", 0, 1, 0)
    addresses = Addresses("driver", 0, lambda *_: None)
    users = TestUsers(
        verified,
        "driver",
        addresses.next,
        lambda _, number=None: Phone(number or numbers.mint(), provider, Wording(verified.name)),
    )
    yield users.create("Ava")
    users.remove_all()


def write_settings(file: Path, settings: dict[str, str]) -> Path:
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
    return file
