"""A tenant, and an environment in which other people's clients trust it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tenant.driving import Person, create_person
from tests.tenant.running import Application, Running, start


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture(autouse=True)
def trust(tenant: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """These clients know no other way to a private authority."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, tenant.settings["AUTH0_CA_BUNDLE"])
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def person(tenant: Running) -> Person:
    return create_person(tenant)


@pytest.fixture
def web(tenant: Running) -> Application:
    return tenant.application("web")


@pytest.fixture
def spa(tenant: Running) -> Application:
    return tenant.application("spa")
