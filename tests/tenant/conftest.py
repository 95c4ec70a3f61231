"""Tenants of these tests: one for most of them, one with everything on, and some with variations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest
from werkzeug import Request, Response

from local_tenant import keys
from tests.servers import Server
from tests.tenant.client import Application, LocalTenant, User
from tests.tenant.in_process import all_factors

Vary = Callable[..., LocalTenant]


@pytest.fixture(scope="session", autouse=True)
def keys_made_once() -> Iterator[None]:
    """Let the tenants of this process share three RSA keys, in turn: generating one takes longer than a test."""
    made = cycle([keys._make() for _ in range(3)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "_make", lambda: next(made))
        yield


@contextmanager
def serving(folder: Path, *arguments: str, text: str = "") -> Iterator[LocalTenant]:
    """Serve a tenant in a process, which must end with exit code 0."""
    served = LocalTenant.serve(folder, *arguments, text=text)
    yield served
    assert served.stop() == 0


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    with serving(tmp_path_factory.mktemp("tenant")) as served:
        yield served


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant of the test module's own, which its tests may change."""
    with serving(tmp_path_factory.mktemp("own")) as served:
        yield served


@pytest.fixture
def tenant(shared: LocalTenant) -> LocalTenant:
    """The tenant of the module's tests; a module that changes it has `own` in its place."""
    return shared


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTenant]:
    """A tenant with every factor, every channel, the policy for all applications, and an application with a key."""
    text = all_factors().replace('policy = "never"', 'policy = "all-applications"')
    before, table, after = text.partition("[applications.jwt]\n")
    more = 'management_scopes = ["read:users"]\ngrant_types = ["client_credentials",'
    text = before + table + after.replace("grant_types = [", more, 1)
    with serving(tmp_path_factory.mktemp("full"), text=text) as served:
        yield served


@pytest.fixture
def vary(tmp_path: Path) -> Iterator[Vary]:
    """Serve tenants with variations."""
    started: list[LocalTenant] = []

    def start_one(*names: str) -> LocalTenant:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(LocalTenant.serve(folder, "--vary", *names))
        return started[-1]

    yield start_one
    for served in started:
        served.stop()


@pytest.fixture
def user(tenant: LocalTenant) -> User:
    return tenant.user()


@pytest.fixture(params=["web", "spa"])
def application(request: pytest.FixtureRequest, tenant: LocalTenant) -> Application:
    return tenant.application(request.param)


@pytest.fixture
def web(tenant: LocalTenant) -> Application:
    return tenant.web


@pytest.fixture
def spa(tenant: LocalTenant) -> Application:
    return tenant.spa


class PhoneProvider(Server):
    """A phone provider of the tenant's own, which keeps what is posted to it."""

    def __init__(self) -> None:
        super().__init__()
        self.status = 200
        self.may_respond = threading.Event()
        self.may_respond.set()
        self.posted: list[tuple[str | None, dict[str, dict[str, str]]]] = []
        self.expect_request("/send", method="POST").respond_with_handler(self._receive)

    def _receive(self, request: Request) -> Response:
        self.posted.append((request.headers.get("Authorization"), request.get_json()))
        self.may_respond.wait(20)
        return Response(status=self.status)


@pytest.fixture
def provider() -> Iterator[PhoneProvider]:
    with PhoneProvider() as server:
        yield server
