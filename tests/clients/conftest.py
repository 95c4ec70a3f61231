"""Provide a local tenant, and an environment in which clients trust its certificate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tenant.client import Application, LocalTenant, User


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    served = LocalTenant.serve(tmp_path_factory.mktemp("tenant"))
    yield served
    assert served.stop() == 0


@pytest.fixture(autouse=True)
def trust(tenant: LocalTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment variables from which these clients read a private CA."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, tenant.settings["AUTH0_CA_BUNDLE"])
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def user(tenant: LocalTenant) -> User:
    return tenant.user()


@pytest.fixture
def web(tenant: LocalTenant) -> Application:
    return tenant.application("web")


@pytest.fixture
def spa(tenant: LocalTenant) -> Application:
    return tenant.application("spa")
