"""One tenant for most tests; `vary` starts one with variations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from local_tenant import keys
from tests.tenant.asking import everything_on
from tests.tenant.driving import Person, create_person
from tests.tenant.running import Application, Running, start

Vary = Callable[..., Running]


@pytest.fixture(scope="session", autouse=True)
def keys_made_once() -> Iterator[None]:
    """Tenants in the tests' own process share three RSA keys, in turn: making one costs more than a test."""
    made = cycle([keys._make() for _ in range(3)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "_make", lambda: next(made))
        yield


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def vary(tmp_path: Path) -> Iterator[Vary]:
    started: list[Running] = []

    def start_one(*names: str) -> Running:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(start(folder, "--vary", *names))
        return started[-1]

    yield start_one
    for running in started:
        running.stop()


@pytest.fixture
def person(tenant: Running) -> Person:
    return create_person(tenant)


@pytest.fixture(params=["web", "spa"])
def application(request: pytest.FixtureRequest, tenant: Running) -> Application:
    return tenant.application(request.param)


@pytest.fixture
def web(tenant: Running) -> Application:
    return tenant.application("web")


@pytest.fixture
def spa(tenant: Running) -> Application:
    return tenant.application("spa")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A tenant with every factor, every channel and the policy for all applications."""
    folder = tmp_path_factory.mktemp("full")
    running = start(folder, "--tenant-file", str(everything_on(folder)))
    yield running
    assert running.stop() == 0
