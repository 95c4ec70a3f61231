"""Nothing happens to a tenant that has not asked for it: each guard refuses with one line, and nothing was written."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.house.conftest import write_settings
from tests.running import ROOT, verify
from tests.tenant.running import Running, start

Change = Callable[[Running], None]
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def patch_client(role: str, **body: object) -> Change:
    def change(tenant: Running) -> None:
        path = f"/clients/{tenant.application(role).client_id}"
        assert tenant.operator("PATCH", path, body).status_code == 200

    return change


def add_a_stranger(tenant: Running) -> None:
    user = {"connection": tenant.settings["AUTH0_CONNECTION"], "email": "anna@shop.example", "password": "Xy-12345678"}
    assert tenant.operator("POST", "/users", user).status_code == 201


def name_it_production(tenant: Running) -> None:
    assert tenant.operator("PATCH", "/tenants/settings", {"friendly_name": "Shop Production"}).status_code == 200


UNMARKED = {"client_metadata": {"mfa_verification": None}}
COPIED = {"client_metadata": {"mfa_verification": "allowed:other.eu.auth0.com"}}
REFUSED: list[tuple[str, Change, str]] = [
    ("no marker", patch_client("web", **UNMARKED), "the marker of the regular web application"),
    ("a marker copied from elsewhere", patch_client("spa", **COPIED), "is 'allowed:other.eu.auth0.com'"),
    ("a connection others use", patch_client("native", **UNMARKED), "an application that uses the connection"),
    ("people who are not ours", add_a_stranger, "an e-mail address outside mfa-verification.example.com"),
    ("a name of production", name_it_production, "'Production' speaks of production"),
]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    tenant = start(tmp_path)
    yield tenant
    tenant.stop()


def writes(tenant: Running, after: int) -> list[str]:
    """What changed anything on the tenant; asking for a token does not."""
    asked = tenant.control("GET", f"/requests?after={after}").json()
    return [one["path"] for one in asked if one["method"] in WRITES and one["path"] != "/oauth/token"]


def newest(tenant: Running) -> int:
    asked = tenant.control("GET", "/requests").json()
    return int(asked[-1]["seq"]) if asked else 0


@pytest.mark.parametrize(
    ("change", "words"),
    [pytest.param(change, words, id=name) for name, change, words in REFUSED],
)
def test_a_tenant_that_is_not_for_tests_is_left_alone(own: Running, tmp_path: Path, change: Change, words: str) -> None:
    change(own)
    before = newest(own)
    run = verify("features/confirmation", "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 4, run.output
    assert words in run.verdict["message"], run.output
    assert len(run.output.strip().splitlines()) == 1, run.output
    assert writes(own, before) == []


def test_a_dangerous_scope_is_refused(tmp_path: Path) -> None:
    whole = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
    (tmp_path / "tenant.toml").write_text(whole.replace('"create:users",', '"create:users",\n    "delete:clients",', 1))
    tenant = start(tmp_path, "--tenant-file", str(tmp_path / "tenant.toml"))
    try:
        run = verify("features", "--env-file", tmp_path / "tenant.env", reports=tmp_path)
        assert writes(tenant, 0) == []
    finally:
        tenant.stop()
    assert run.code == 4, run.output
    assert "the scope delete:clients, which is dangerous" in run.output


class Elsewhere(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.command)
        self.send_response(302)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def test_a_host_that_sends_its_callers_elsewhere_is_refused(served: Running, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    Elsewhere.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    host = f"localhost:{server.server_address[1]}"
    moved = served.settings | {"AUTH0_DOMAIN": host, "AUTH0_CA_BUNDLE": str(tmp_path / "ca.pem")}
    try:
        run = verify("features", "--env-file", write_settings(tmp_path / "moved.env", moved), reports=tmp_path)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert run.code == 4, run.output
    assert f"{host} redirects elsewhere" in run.output
    assert Elsewhere.seen == ["GET"]


def test_settings_that_mix_two_tenants_are_refused(served: Running, own: Running, tmp_path: Path) -> None:
    mixed = own.settings | {"AUTH0_CUSTOM_DOMAIN": served.settings["AUTH0_DOMAIN"]}
    before = newest(served)
    run = verify("features", "--env-file", write_settings(tmp_path / "mixed.env", mixed), reports=tmp_path / "reports")
    assert run.code == 4, run.output
    assert writes(own, 0) == writes(served, before) == []


def test_only_reading_needs_no_marker_and_writes_nothing(own: Running, tmp_path: Path) -> None:
    patch_client("web", **UNMARKED)(own)
    before = newest(own)
    env_file = write_settings(tmp_path / "read.env", own.settings | {"TENANT_MODE": "read-only"})
    run = verify("features/configuration", "features/mfa_token", "--env-file", env_file, reports=tmp_path / "reports")
    assert run.code == 0, run.output
    assert writes(own, before) == []
    assert {word for id_, word in run.verdicts.items() if "configuration" in id_} == {"conforms"}
    assert {word for id_, word in run.verdicts.items() if "mfa_token" in id_} == {"not-applicable"}


def test_a_clock_that_differs_by_more_than_a_step_is_trouble(own: Running, tmp_path: Path) -> None:
    assert own.control("POST", "/clock", {"seconds": 45}).status_code == 200
    run = verify("features", "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 75, run.output
    assert run.verdict["message"].startswith("clock-skew: this machine's clock is 4")
    assert writes(own, 0) == []


def test_a_smaller_difference_changes_nothing(own: Running, tmp_path: Path) -> None:
    assert own.control("POST", "/clock", {"seconds": -20}).status_code == 200
    run = verify(
        "features", "-m", "MFA-CNF-004", "-k", "single-page", "--env-file", tmp_path / "tenant.env",
        reports=tmp_path / "reports",
    )  # fmt: skip
    assert run.code == 0, run.output
