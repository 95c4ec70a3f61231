"""One tenant for most tests; `vary` starts one with variations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from local_tenant import keys
from tests.tenant.asking import everything_on
from tests.tenant.client import Application, Tenant, User
from tests.tenant.driving import Person, create_person

Vary = Callable[..., Tenant]


@pytest.fixture(scope="session", autouse=True)
def keys_made_once() -> Iterator[None]:
    """Tenants in the tests' own process share three RSA keys, in turn: making one costs more than a test."""
    made = cycle([keys._make() for _ in range(3)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "_make", lambda: next(made))
        yield


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    served = Tenant.serve(tmp_path_factory.mktemp("tenant"))
    yield served
    assert served.stop() == 0


@pytest.fixture
def vary(tmp_path: Path) -> Iterator[Vary]:
    started: list[Tenant] = []

    def start_one(*names: str) -> Tenant:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Tenant.serve(folder, "--vary", *names))
        return started[-1]

    yield start_one
    for served in started:
        served.stop()


@pytest.fixture
def user(tenant: Tenant) -> User:
    return tenant.user()


@pytest.fixture
def person(tenant: Tenant) -> Person:
    return create_person(tenant)


@pytest.fixture(params=["web", "spa"])
def application(request: pytest.FixtureRequest, tenant: Tenant) -> Application:
    return tenant.application(request.param)


@pytest.fixture
def web(tenant: Tenant) -> Application:
    return tenant.application("web")


@pytest.fixture
def spa(tenant: Tenant) -> Application:
    return tenant.application("spa")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant with every factor, every channel and the policy for all applications."""
    folder = tmp_path_factory.mktemp("full")
    served = Tenant.serve(folder, "--tenant-file", str(everything_on(folder)))
    yield served
    assert served.stop() == 0
