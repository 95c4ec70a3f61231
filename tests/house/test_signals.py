"""Trouble made to order, and what it comes to: each signal gets its class in a whole run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.conftest import DEFAULT, serving
from tests.running import BY_HTTP, Run, verify
from tests.servers import Server
from tests.tenant.client import LocalTenant

PHONE = ("-m", "MFA-CNF-001", "-k", "single-page", *BY_HTTP)
MANY = 9_999
SIGNALS: list[tuple[str, dict[str, object], str]] = [
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": 503}, "tenant-unavailable"),
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": 429}, "rate-limited"),
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": "cut"}, "tenant-unreachable"),
    ("/outages", {"path": "/authorize", "count": MANY, "response": 503}, "tenant-unavailable"),
    ("/messages/delivery", {"mode": "lost"}, "sms-not-delivered"),
]
AMID = """
from mfa_verification.users.directory import TestUsers
usual = TestUsers.create
def create(self, name):
    user = usual(self, name)
    begin()
    return user
TestUsers.create = create
"""
"""Trouble that begins once the preflight is over: when the first user is made."""


def verify_amid(begin: str, folder: Path) -> Run:
    """Run with trouble that begins by these lines of Python."""
    (folder / "amid.py").write_text(f"{AMID}\ndef begin():\n    {begin}\n")
    return verify(
        "-p", "amid", "features", *PHONE, "--env-file", folder / "tenant.env",
        reports=folder / "reports", PYTHONPATH=str(folder),
    )  # fmt: skip


def the_one(run: Run) -> tuple[str, str]:
    (scenario,) = run.scenarios
    return scenario["verdict"], scenario["cause"]


@pytest.mark.parametrize(("path", "order", "cause"), SIGNALS, ids=str)
def test_trouble_is_inconclusive(
    own: LocalTenant, tmp_path: Path, path: str, order: dict[str, object], cause: str
) -> None:
    method = "POST" if path == "/outages" else "PUT"
    url, token = own.settings["TEST_CONTROLS_URL"] + path, own.settings["TEST_CONTROLS_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    ask = f"requests.request({method!r}, {url!r}, json={order!r}, headers={headers!r}, timeout=60).raise_for_status()"
    run = verify_amid(f"import requests; {ask}", tmp_path)
    assert run.code == 75, run.output
    assert the_one(run) == ("inconclusive", cause)


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
    with Server() as provider:
        provider.expect_request("/send", method="POST").respond_with_data(status=status)
        with serving(tmp_path, text=f'{DEFAULT}\n[phone_provider]\nurl = "{provider.url_for("/send")}"\n'):
            run = verify("features", *PHONE, "--env-file", tmp_path / "tenant.env", reports=tmp_path)
    assert run.code == code, run.output
    assert the_one(run) == expected
    assert "gd_send_sms_failure" in run.scenarios[0]["message"]


@pytest.mark.parametrize(
    ("down", "cause"),
    [
        ("auth0.tenant Tenant administrator_sign_in", "tenant-unavailable"),
        ("phones.inbox InboxProvider preflight", "phone-provider-unreachable"),
    ],
)
def test_a_failure_amid_trouble_is_not_called_the_tenants(tmp_path: Path, down: str, cause: str) -> None:
    module, owner, name = down.split()
    begin = f"""
    from mfa_verification.{module} import {owner}
    from mfa_verification.core.verdict import Cause
    from mfa_verification.core.outcome import Inconclusive
    def is_down(self): raise Inconclusive(Cause({cause!r}), "it is down")
    {owner}.{name} = is_down
    """
    with serving(tmp_path, "--vary", "administrator-list-is-empty"):
        run = verify_amid(begin, tmp_path)
    assert run.code == 75, run.output
    assert the_one(run) == ("inconclusive", cause)
    assert "what failed before: expected" in run.scenarios[0]["message"]
