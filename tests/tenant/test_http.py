"""HTTP: listeners and connections, what is never printed or cached, and CORS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.tenant.arranged import Arranged
from tests.tenant.client import Application, LocalTenant

KEYS = "/.well-known/jwks.json"
MANY = 40
"""More connections than there are worker threads."""


def address(tenant: LocalTenant) -> tuple[str, int]:
    return "127.0.0.1", int(tenant.settings["AUTH0_DOMAIN"].rpartition(":")[2])


@contextlib.contextmanager
def silent_clients(tenant: LocalTenant, first_bytes: bytes = b"") -> Iterator[None]:
    """Open connections that send a few bytes, and nothing after them."""
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            client = stack.enter_context(socket.create_connection(address(tenant)))
            client.sendall(first_bytes)
        yield


@contextlib.contextmanager
def idle_clients(tenant: LocalTenant) -> Iterator[None]:
    """Open connections as a browser does ahead of need: with a TLS handshake, and no request."""
    trust = ssl.create_default_context(cafile=tenant.settings["AUTH0_CA_BUNDLE"])
    with contextlib.ExitStack() as stack:
        for _ in range(MANY):
            plain = stack.enter_context(socket.create_connection(address(tenant), timeout=20))
            stack.enter_context(trust.wrap_socket(plain, server_hostname="localhost"))
        yield


@pytest.mark.parametrize("first_bytes", [b"", b"\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01", None])
def test_clients_that_send_no_request_delay_no_other(tenant: LocalTenant, first_bytes: bytes | None) -> None:
    with idle_clients(tenant) if first_bytes is None else silent_clients(tenant, first_bytes):
        started = time.monotonic()
        assert tenant.http.get(tenant.url(KEYS), timeout=25).status_code == 200
        assert time.monotonic() - started < 20


def test_a_tenant_stops_at_once_with_open_connections_and_prints_nothing(tmp_path: Path) -> None:
    running = LocalTenant.serve(tmp_path)
    running.user().enroll("sms", running.web)  # its connection stays open
    with silent_clients(running, b"\x16\x03\x01nonsense"), idle_clients(running):
        assert running.process is not None
        started = time.monotonic()
        running.process.terminate()
        assert running.process.communicate(timeout=30) == ("", "")
        assert time.monotonic() - started < 20
    running.http.close()


def test_a_plain_http_request_is_refused(tenant: LocalTenant) -> None:
    with socket.create_connection(address(tenant)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        client.settimeout(3)
        assert client.recv(1000).startswith(b"HTTP/1.1 400 Bad Request")
    assert tenant.http.get(tenant.url(KEYS), timeout=25).status_code == 200


def test_one_connection_carries_many_requests(tenant: LocalTenant) -> None:
    ports = set()
    for _ in range(20):
        with tenant.http.get(tenant.url(KEYS), stream=True) as response:
            assert response.raw.connection is not None
            ports.add(response.raw.connection.sock.getsockname())
            assert response.content  # read to its end, which makes the connection free for the next request
    assert len(ports) == 1


@pytest.mark.parametrize("path", ["/oauth/token", "/mfa/associate", "/api/v2/users"])
def test_responses_are_not_stored(tenant: LocalTenant, path: str) -> None:
    response = tenant.http.post(tenant.url(path), json={})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    assert "WWW-Authenticate" not in response.headers


PATHS = ["/oauth/token", "/oauth/revoke", "/mfa/associate", "/mfa/authenticators", "/mfa/authenticators/sms%7Cdev_x",
         "/mfa/challenge", "/userinfo", "/dbconnections/signup", KEYS]  # fmt: skip
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,auth0-client,content-type",
}
ALLOW = "Access-Control-Allow-Origin"


def origin_of(application: Application) -> str:
    parts = urlsplit(application.callback)
    return f"{parts.scheme}://{parts.netloc}"


def preflight(tenant: LocalTenant, path: str, origin: str) -> requests.Response:
    return tenant.http.options(tenant.url(path), headers=PREFLIGHT | {"Origin": origin})


def words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",")}


@pytest.mark.parametrize("path", PATHS)
def test_the_origin_of_a_callback_is_allowed(tenant: LocalTenant, spa: Application, path: str) -> None:
    response = preflight(tenant, path, origin_of(spa))
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers[ALLOW] == origin_of(spa)
    assert {"post", "get", "delete"} <= words(response.headers["Access-Control-Allow-Methods"])
    assert words(response.headers["Access-Control-Allow-Headers"]) == {"authorization", "content-type", "auth0-client"}
    assert "origin" in words(response.headers["Vary"])
    refused = tenant.http.post(tenant.url(path), json={}, headers={"Origin": origin_of(spa)})
    assert refused.status_code >= 400
    assert (refused.headers[ALLOW], refused.headers["Vary"]) == (origin_of(spa), "Origin")


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.test", "null", "https://spa.test.elsewhere.test", "http://spa.test"]
)
def test_another_origin_is_not_allowed(tenant: LocalTenant, origin: str) -> None:
    response = preflight(tenant, "/oauth/token", origin)
    assert response.status_code == 204
    assert ALLOW not in response.headers
    assert "Access-Control-Allow-Headers" not in response.headers
    assert ALLOW not in tenant.http.post(tenant.url("/oauth/token"), json={}, headers={"Origin": origin}).headers


@pytest.mark.parametrize("path", ["/authorize", "/api/v2/users", "/u/login"])
def test_other_paths_have_no_cors(tenant: LocalTenant, spa: Application, path: str) -> None:
    assert ALLOW not in preflight(tenant, path, origin_of(spa)).headers
    assert ALLOW not in tenant.http.get(tenant.url(path), headers={"Origin": origin_of(spa)}).headers


def test_origins_in_the_settings_of_an_application_are_allowed() -> None:
    it = Arranged()
    it.change(it.spa, allowed_origins=["https://allowed.test"], web_origins=["https://web-message.test"])
    for origin in ("https://allowed.test", "https://web-message.test"):
        assert preflight(it, "/mfa/associate", origin).headers[ALLOW] == origin
    it.change(it.spa, callbacks=[it.spa.callback, "https://[", ""])
    assert ALLOW not in preflight(it, "/oauth/token", "https://[").headers
    it.outage("/mfa/challenge", 503)
    response = it.http.post(it.url("/mfa/challenge"), json={}, headers={"Origin": origin_of(it.spa)})
    assert (response.status_code, response.headers[ALLOW]) == (503, origin_of(it.spa))
