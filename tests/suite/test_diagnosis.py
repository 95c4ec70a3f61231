"""Check the cause of a failure: an outage, a limit, the phone provider or the tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
import pytest
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Finding, Outcome, Refusal, TenantFault, classify
from mfa_verification.diagnosis import Diagnosis
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from tests.suite.conftest import DEFAULT, serving
from tests.tenant import driving
from tests.tenant.driving import create_person
from tests.tenant.running import Running
from tests.running import BY_HTTP, Run, verify
from tests.servers import Server
import random
import threading
from typing import Any
from tests.running import verify


REFUSED = Refusal(403, "invalid_grant", "Invalid binding_code.")


@dataclass
class Present:
    present: list[Any]


def examine(running: Running, person: driving.Person) -> Finding:
    tenant = Tenant(profile_from(running.settings, "the test", setting_names), cast("LoginBrowser", None))
    try:
        examination = Diagnosis(tenant, keeps_time=True)
        examination.users = cast("Any", Present([person]))
        outcome: Outcome[int] = Outcome("confirm the phone", refusal=REFUSED)
        with pytest.raises(TenantFault) as fault:
            outcome.result()
        return examination.of(fault.value, classify(fault.value, judging=True))
    finally:
        tenant.close()


def be_wrong(person: driving.Person, times: int) -> None:
    application = person.tenant.application("spa")
    token = driving.sign_in(person, application)["access_token"]
    oob = driving.associate_phone(person, token).json()["oob_code"]
    wrong = driving.wrong(person.last_text())
    for _ in range(times):
        assert driving.confirm_phone(person, application, token, oob, wrong).status_code == 403


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (1, ("nonconforming", "code-not-accepted")),
        (11, ("inconclusive", "limit-reached")),
        (0, ("nonconforming", "unexpected-refusal")),
    ],
)
def test_the_log_tells(served: Running, times: int, expected: tuple[str, str]) -> None:
    person = create_person(served)
    be_wrong(person, times)
    verdict, cause, message = examine(served, person)
    served.administrator("DELETE", f"/users/{person.user_id}")
    assert (verdict, cause) == expected, message
    assert "invalid_grant" in message


@pytest.fixture
def without_log(tmp_path: Path) -> Iterator[Running]:
    with serving(tmp_path, text=DEFAULT.replace('    "read:logs",\n', "", 1)) as running:
        yield running


def test_without_the_log_it_cannot_be_told(without_log: Running) -> None:
    person = create_person(without_log)
    be_wrong(person, 1)
    verdict, cause, message = examine(without_log, person)
    assert (verdict, cause) == ("inconclusive", "undetermined"), message
    assert "read:logs" in message


PHONE = ("-m", "MFA-CNF-001", "-k", "single-page", *BY_HTTP)
MANY = 9_999
SIGNALS: list[tuple[str, dict[str, object], str]] = [
    ("/trouble", {"path": "/mfa/associate", "count": MANY, "answer": 503}, "tenant-unavailable"),
    ("/trouble", {"path": "/mfa/associate", "count": MANY, "answer": 429}, "rate-limited"),
    ("/trouble", {"path": "/mfa/associate", "count": MANY, "answer": "cut"}, "tenant-unreachable"),
    ("/trouble", {"path": "/authorize", "count": MANY, "answer": 503}, "tenant-unavailable"),
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
def test_trouble_is_inconclusive(own: Running, tmp_path: Path, path: str, order: dict[str, object], cause: str) -> None:
    method = "POST" if path == "/trouble" else "PUT"
    url, token = own.settings["TENANT_CONTROL_URL"] + path, own.settings["TENANT_CONTROL_TOKEN"]
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


RUNS = 30
SAMPLE = 5
"""What `make test` tries; `make soak` tries all."""
PATHS = ("/oauth/token", "/mfa/associate", "/api/v2/guardian", "/api/v2/users", "/authorize", "/u/")


def an_order(lot: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return one order of trouble for the control API."""
    trouble: list[dict[str, Any]] = [
        {"log_lag": lot.choice([5, 30, 90])},
        {"path": lot.choice(PATHS), "count": lot.randint(1, 4), "answer": lot.choice(["429", "503"])},
        {"path": lot.choice(PATHS), "count": 3, "answer": "delay", "seconds": lot.randint(1, 4)},
        {"path": lot.choice(PATHS), "count": 1, "answer": "cut"},
        {"inbox": lot.choice(["down", "up"])},
    ]
    delivery: list[dict[str, Any]] = [
        {"mode": "late", "seconds": lot.choice([2, 8, 40]), "count": lot.randint(1, 2)},
        {"mode": "lost", "count": 1},
        {"mode": "twice", "count": 1},
    ]
    if lot.random() < 0.4:
        return "PUT", "/messages/delivery", lot.choice(delivery)
    return "POST", "/trouble", lot.choice(trouble)


def make_trouble(tenant: Running, lot: random.Random, over: threading.Event, told: list[str]) -> None:
    while not over.wait(lot.uniform(0.5, 3.0)):
        method, path, order = an_order(lot)
        told.append(f"{method} {path} {order}")
        assert tenant.control(method, path, order).status_code in (200, 201), told[-1]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < SAMPLE else pytest.mark.soak) for seed in range(RUNS)]
)
def test_trouble_is_never_called_the_tenants_fault(own: Running, tmp_path: Path, seed: int) -> None:
    lot, over, told = random.Random(seed), threading.Event(), list[str]()
    maker = threading.Thread(target=make_trouble, args=(own, lot, over, told))
    try:
        maker.start()
        run = verify(
            "features/configuration", "features/enrollment/sms_then_otp.feature",
            "-m", "MFA-CFG-001 or MFA-CFG-002 or MFA-ENR-001", "-k", "single-page or factor",
            "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports",
        )  # fmt: skip
    finally:
        over.set()
        maker.join()
    words = "\n".join([*told, run.output])
    assert run.code in (0, 75), words
    assert "nonconforming" not in run.verdicts.values(), words
