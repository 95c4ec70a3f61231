"""Trouble made to order, and what it comes to: each signal gets its class in a whole run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.running import ROOT, Run, verify
from tests.tenant.running import Running, start

PHONE = ("-m", "MFA-CNF-001", "-k", "single-page")
MANY = 9_999


def trouble(**order: object) -> Callable[[Running], None]:
    def make(tenant: Running) -> None:
        assert tenant.control("POST", "/trouble", order).status_code == 201

    make.__name__ = json.dumps(order)
    return make


def delivery(**order: object) -> Callable[[Running], None]:
    def make(tenant: Running) -> None:
        assert tenant.control("PUT", "/messages/delivery", order).status_code == 200

    make.__name__ = json.dumps(order)
    return make


SIGNALS = [
    (trouble(path="/mfa/associate", count=MANY, answer=503), "tenant-unavailable"),
    (trouble(path="/mfa/associate", count=MANY, answer=429), "rate-limited"),
    (trouble(path="/mfa/associate", count=MANY, answer="cut"), "tenant-unreachable"),
    (trouble(path="/authorize", count=MANY, answer=503), "tenant-unavailable"),
    (delivery(mode="lost"), "text-not-delivered"),
]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Running]:
    tenant = start(tmp_path)
    yield tenant
    tenant.stop()


def the_one(run: Run) -> tuple[str, str]:
    (scenario,) = run.scenarios
    return scenario["verdict"], scenario["cause"]


def verify_amid(own: Running, make: Callable[[Running], None], folder: Path, *arguments: str) -> Run:
    """Run with trouble that begins once the preflight is over: at the making of the first person."""
    (folder / "amid.py").write_text(
        "from mfa_verification.users.directory import TestUsers\n"
        "import pathlib, time\n"
        "usual = TestUsers.create\n"
        "def create(self, name):\n"
        "    person = usual(self, name)\n"
        f"    pathlib.Path({str(folder / 'now')!r}).touch()\n"
        f"    while not pathlib.Path({str(folder / 'made')!r}).exists(): time.sleep(0.01)\n"
        "    return person\n"
        "TestUsers.create = create\n"
    )

    def once_asked() -> None:
        while not (folder / "now").exists():
            if over.wait(0.01):
                return
        make(own)
        (folder / "made").touch()

    over = threading.Event()
    helper = threading.Thread(target=once_asked)
    helper.start()
    try:
        return verify(
            "-p", "amid", "features", *arguments, "--env-file", folder / "tenant.env",
            reports=folder / "reports", PYTHONPATH=str(folder),
        )  # fmt: skip
    finally:
        over.set()
        helper.join()


@pytest.mark.parametrize(("make", "cause"), SIGNALS, ids=lambda value: getattr(value, "__name__", value))
def test_trouble_is_inconclusive(own: Running, tmp_path: Path, make: Callable[[Running], None], cause: str) -> None:
    run = verify_amid(own, make, tmp_path, *PHONE)
    assert run.code == 75, run.output
    assert the_one(run) == ("inconclusive", cause)


@contextmanager
def provider(status: int) -> Iterator[str]:
    """A phone provider that answers every text so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/send"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, 1, ("nonconforming", "phone-provider-refused")),
        (503, 75, ("inconclusive", "phone-provider-down")),
        (418, 75, ("inconclusive", "phone-provider-down")),
    ],
)
def test_a_provider_that_refuses_is_the_tenants_own_set_up(
    tmp_path: Path, status: int, code: int, expected: tuple[str, str]
) -> None:
    with provider(status) as url:
        whole = (ROOT / "local_tenant" / "default_tenant.toml").read_text()
        (tmp_path / "tenant.toml").write_text(f'{whole}\n[phone_provider]\nurl = "{url}"\n')
        tenant = start(tmp_path, "--tenant-file", str(tmp_path / "tenant.toml"))
        try:
            run = verify("features", *PHONE, "--env-file", tmp_path / "tenant.env", reports=tmp_path)
        finally:
            tenant.stop()
    assert run.code == code, run.output
    assert the_one(run) == expected
    assert "gd_send_sms_failure" in run.scenarios[0]["message"]


@pytest.mark.parametrize(
    ("control", "cause"),
    [
        ("mfa_verification.auth0.tenant.Tenant.operator_sign_in", "tenant-unavailable"),
        ("mfa_verification.phones.inbox.InboxProvider.preflight", "phone-provider-unreachable"),
    ],
)
def test_a_failure_amid_trouble_is_not_called_the_tenants(tmp_path: Path, control: str, cause: str) -> None:
    tenant = start(tmp_path, "--vary", "operator-list-omits-everything")
    module, _, name = control.rpartition(".")
    module, _, class_ = module.rpartition(".")
    (tmp_path / "amid.py").write_text(
        f"from {module} import {class_} as Owner\n"
        "from mfa_verification.core.outcome import Inconclusive\nfrom mfa_verification.core.cause import Cause\n"
        "from mfa_verification.users.directory import TestUsers\n"
        "usual = TestUsers.create\n"
        "def down(self): raise Inconclusive(Cause('" + cause + "'), 'it is down')\n"
        "def create(self, name):\n"
        "    person = usual(self, name)\n"
        f"    Owner.{name} = down\n"
        "    return person\n"
        "TestUsers.create = create\n"
    )
    try:
        run = verify(
            "-p", "amid", "features", *PHONE, "--env-file", tmp_path / "tenant.env",
            reports=tmp_path / "reports", PYTHONPATH=str(tmp_path),
        )  # fmt: skip
    finally:
        tenant.stop()
    assert run.code == 75, run.output
    assert the_one(run) == ("inconclusive", cause)
    assert "what failed before: expected" in run.scenarios[0]["message"]
