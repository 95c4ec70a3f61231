"""Check the cause of a failure: an outage, a limit, the phone provider or the tenant."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mfa_verification.core.outcome import Finding, Outcome, Refusal, TenantFault, classify
from mfa_verification.diagnosis import Diagnosis
from tests.running import Run, verify_in
from tests.servers import Server
from tests.suite.conftest import DEFAULT, serving, tenant_of
from tests.tenant.client import LocalTenant, User, wrong

REFUSED = Refusal(403, "invalid_grant", "Invalid binding_code.")


def diagnose_refused_code(running: LocalTenant, user: User) -> Finding:
    """Diagnose a refused code of this user."""
    with tenant_of(running) as tenant:
        diagnosis = Diagnosis(tenant, keeps_time=True)
        diagnosis.users = cast("Any", SimpleNamespace(present=[user]))
        outcome: Outcome[int] = Outcome("confirm the phone", refusal=REFUSED)
        with pytest.raises(TenantFault) as fault:
            outcome.result()
        return diagnosis.of(fault.value, classify(fault.value, judging=True))


def send_wrong_codes(user: User, times: int) -> None:
    token = user.mfa_access_token(user.tenant.spa)
    oob_code, code = user.oob_code(token), wrong(user.sms_code())
    for _ in range(times):
        assert user.confirm(user.tenant.spa, token, oob_code, code).status_code == 403


@pytest.mark.parametrize(
    ("wrong_codes", "expected"),
    [
        (1, ("nonconforming", "code-not-accepted")),
        (11, ("inconclusive", "limit-reached")),
        (0, ("nonconforming", "unexpected-refusal")),
    ],
)
def test_the_log_tells_why_a_code_was_refused(served: LocalTenant, wrong_codes: int, expected: tuple[str, str]) -> None:
    user = served.user()
    send_wrong_codes(user, wrong_codes)
    verdict, cause, message = diagnose_refused_code(served, user)
    user.delete()
    assert (verdict, cause) == expected, message
    assert "invalid_grant" in message


def test_without_the_log_a_refused_code_is_inconclusive(tmp_path: Path) -> None:
    with serving(tmp_path, text=DEFAULT.replace('    "read:logs",\n', "", 1)) as without_log:
        user = without_log.user()
        send_wrong_codes(user, 1)
        verdict, cause, message = diagnose_refused_code(without_log, user)
    assert (verdict, cause) == ("inconclusive", "undetermined"), message
    assert "read:logs" in message


PHONE = ("features", "-m", "MFA-CNF-001", "-k", "single-page")
MANY = 9_999
OUTAGES: list[tuple[str, dict[str, object], str]] = [
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": 503}, "tenant-unavailable"),
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": 429}, "rate-limited"),
    ("/outages", {"path": "/mfa/associate", "count": MANY, "response": "cut"}, "tenant-unreachable"),
    ("/outages", {"path": "/authorize", "count": MANY, "response": 503}, "tenant-unavailable"),
    ("/messages/delivery", {"mode": "lost"}, "sms-not-delivered"),
]


def verify_during(outage: str, folder: Path) -> Run:
    """Run one scenario; this Python code starts an outage after the preflight, when the first user was created."""
    patch = f"""
from mfa_verification.users.directory import TestUsers
usual = TestUsers.create
def create(self, name):
    user = usual(self, name)
    begin()
    return user
TestUsers.create = create
def begin():
    {outage}
"""
    return verify_in(folder, *PHONE, patch=patch)


def only(run: Run) -> tuple[str, str]:
    """Return the verdict and the cause of the only scenario of a run."""
    (scenario,) = run.scenarios
    return scenario["verdict"], scenario["cause"]


@pytest.mark.parametrize(("path", "order", "cause"), OUTAGES, ids=str)
def test_an_outage_is_inconclusive(
    own: LocalTenant, tmp_path: Path, path: str, order: dict[str, object], cause: str
) -> None:
    method = "POST" if path == "/outages" else "PUT"
    url, token = own.settings["TEST_CONTROLS_URL"] + path, own.settings["TEST_CONTROLS_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    call = f"requests.request({method!r}, {url!r}, json={order!r}, headers={headers!r}, timeout=60)"
    run = verify_during(f"import requests; {call}.raise_for_status()", tmp_path)
    assert run.code == 75, run.output
    assert only(run) == ("inconclusive", cause)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, 1, ("nonconforming", "phone-provider-refused")),
        (503, 75, ("inconclusive", "phone-provider-down")),
        (418, 75, ("inconclusive", "phone-provider-down")),
    ],
)
def test_a_refusal_of_the_tenants_phone_provider_is_judged_by_its_status(
    tmp_path: Path, status: int, code: int, expected: tuple[str, str]
) -> None:
    with Server() as provider:
        provider.expect_request("/send", method="POST").respond_with_data(status=status)
        with serving(tmp_path, text=f'{DEFAULT}\n[phone_provider]\nurl = "{provider.url_for("/send")}"\n'):
            run = verify_in(tmp_path, *PHONE)
    assert run.code == code, run.output
    assert only(run) == expected
    assert "gd_send_sms_failure" in run.scenarios[0]["message"]


@pytest.mark.parametrize(
    ("down", "cause"),
    [
        ("auth0.tenant Tenant administrator_sign_in", "tenant-unavailable"),
        ("phones.inbox InboxProvider preflight", "phone-provider-unreachable"),
    ],
)
def test_a_nonconforming_response_during_an_outage_is_inconclusive(tmp_path: Path, down: str, cause: str) -> None:
    module, owner, name = down.split()
    outage = f"""
    from mfa_verification.{module} import {owner}
    from mfa_verification.core.verdict import Cause
    from mfa_verification.core.outcome import Inconclusive
    def is_down(self): raise Inconclusive(Cause({cause!r}), "it is down")
    {owner}.{name} = is_down
    """
    with serving(tmp_path, "--vary", "administrator-list-is-empty"):
        run = verify_during(outage, tmp_path)
    assert run.code == 75, run.output
    assert only(run) == ("inconclusive", cause)
    assert "what failed before: expected" in run.scenarios[0]["message"]


RUNS, SAMPLE = 30, 5
"""How many random runs `make soak` and `make test` start."""
PATHS = ("/oauth/token", "/mfa/associate", "/api/v2/guardian", "/api/v2/users", "/authorize", "/u/")


def random_outage(chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return method, path and body of a request to the test controls."""
    outages: list[dict[str, Any]] = [
        {"log_lag": chance.choice([5, 30, 90])},
        {"path": chance.choice(PATHS), "count": chance.randint(1, 4), "response": chance.choice(["429", "503"])},
        {"path": chance.choice(PATHS), "count": 3, "response": "delay", "seconds": chance.randint(1, 4)},
        {"path": chance.choice(PATHS), "count": 1, "response": "cut"},
        {"inbox": chance.choice(["down", "up"])},
    ]
    delivery: list[dict[str, Any]] = [
        {"mode": "late", "seconds": chance.choice([2, 8, 40]), "count": chance.randint(1, 2)},
        {"mode": "lost", "count": 1},
        {"mode": "twice", "count": 1},
    ]
    if chance.random() < 0.4:
        return "PUT", "/messages/delivery", chance.choice(delivery)
    return "POST", "/outages", chance.choice(outages)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < SAMPLE else pytest.mark.soak) for seed in range(RUNS)]
)
def test_random_outages_never_make_a_conforming_tenant_nonconforming(
    own: LocalTenant, tmp_path: Path, seed: int
) -> None:
    chance, over, ordered = random.Random(seed), threading.Event(), list[str]()

    def order_outages() -> None:
        while not over.wait(chance.uniform(0.5, 3.0)):
            method, path, body = random_outage(chance)
            ordered.append(f"{method} {path} {body}")
            assert own.controls(method, path, body).status_code in (200, 201), ordered[-1]

    ordering = threading.Thread(target=order_outages)
    try:
        ordering.start()
        run = verify_in(
            tmp_path, "features/configuration", "features/enrollment/sms_then_authenticator_app.feature",
            "-m", "MFA-CFG-001 or MFA-CFG-002 or MFA-ENR-001", "-k", "single-page or factor", way="browser",
        )  # fmt: skip
    finally:
        over.set()
        ordering.join()
    seen = "\n".join([*ordered, run.output])
    assert run.code in (0, 75), seen
    assert "nonconforming" not in run.verdicts.values(), seen
