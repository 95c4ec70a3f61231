"""Listeners: keep-alive, clients that say nothing or the wrong thing, and what is never printed."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tenant.client import LocalTenant

MANY = 40  # more than there are worker threads


def address(tenant: LocalTenant) -> tuple[str, int]:
    return "127.0.0.1", int(tenant.settings["AUTH0_DOMAIN"].rpartition(":")[2])


@contextlib.contextmanager
def silent_clients(tenant: LocalTenant, say: bytes = b"") -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            client = stack.enter_context(socket.create_connection(address(tenant)))
            client.sendall(say)
        yield


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01"])
def test_silent_clients_stall_nobody(tenant: LocalTenant, said: bytes) -> None:
    with silent_clients(tenant, said):
        started = time.monotonic()
        assert tenant.http.get(tenant.url("/.well-known/jwks.json"), timeout=25).status_code == 200
        assert time.monotonic() - started < 20


@contextlib.contextmanager
def greeted_clients(tenant: LocalTenant) -> Iterator[None]:
    """As a browser opens connections ahead of need: the handshake is made, and nothing is asked."""
    trust = ssl.create_default_context(cafile=tenant.settings["AUTH0_CA_BUNDLE"])
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            plain = stack.enter_context(socket.create_connection(address(tenant), timeout=20))
            stack.enter_context(trust.wrap_socket(plain, server_hostname="localhost"))
        yield


def test_clients_that_greet_and_ask_nothing_stall_nobody(tenant: LocalTenant) -> None:
    with greeted_clients(tenant):
        started = time.monotonic()
        assert tenant.http.get(tenant.url("/.well-known/jwks.json"), timeout=25).status_code == 200
        assert time.monotonic() - started < 20


def test_a_tenant_stops_at_once_whoever_is_connected(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path)
    assert running.http.get(running.url("/.well-known/jwks.json")).status_code == 200  # and stays open
    with silent_clients(running, b"\x16\x03\x01"), greeted_clients(running):
        assert running.process is not None
        started = time.monotonic()
        running.process.terminate()
        assert running.process.communicate(timeout=30) == ("", "")
        assert time.monotonic() - started < 20
    running.http.close()


def test_a_client_that_speaks_plain_http_is_told(tenant: LocalTenant) -> None:
    with socket.create_connection(address(tenant)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        client.settimeout(3)
        assert client.recv(1000).startswith(b"HTTP/1.1 400 Bad Request")
    assert tenant.http.get(tenant.url("/.well-known/jwks.json"), timeout=25).status_code == 200


def test_one_connection_carries_many_requests(tenant: LocalTenant) -> None:
    url = tenant.url("/.well-known/jwks.json")
    ports = set()
    for _ in range(20):
        with tenant.http.get(url, stream=True) as answer:
            assert answer.raw.connection is not None
            ports.add(answer.raw.connection.sock.getsockname())
            assert answer.content  # read to its end, so that the connection is free for the next
    assert len(ports) == 1


def test_nothing_is_printed_about_requests(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path)
    running.user().enroll("sms", running.application("web"))
    with socket.create_connection(address(running)) as client:
        client.sendall(b"\x16\x03\x01nonsense")
    running.http.close()
    assert running.process is not None
    running.process.terminate()
    assert running.process.communicate(timeout=30) == ("", "")


@pytest.mark.parametrize("path", ["/oauth/token", "/mfa/associate", "/api/v2/users"])
def test_answers_are_never_stored(tenant: LocalTenant, path: str) -> None:
    answer = tenant.http.post(tenant.url(path), json={})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert "WWW-Authenticate" not in answer.headers
