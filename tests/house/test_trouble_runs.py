"""Trouble of every kind, drawn by lot: a healthy tenant is never called nonconforming for it."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.running import verify
from tests.tenant.client import LocalTenant

RUNS = 30
SAMPLE = 5
"""What `make test` tries; `make soak` tries all."""
PATHS = ("/oauth/token", "/mfa/associate", "/api/v2/guardian", "/api/v2/users", "/authorize", "/u/")


def an_order(lot: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return one order of trouble for the control API."""
    trouble: list[dict[str, Any]] = [
        {"log_lag": lot.choice([5, 30, 90])},
        {"path": lot.choice(PATHS), "count": lot.randint(1, 4), "response": lot.choice(["429", "503"])},
        {"path": lot.choice(PATHS), "count": 3, "response": "delay", "seconds": lot.randint(1, 4)},
        {"path": lot.choice(PATHS), "count": 1, "response": "cut"},
        {"inbox": lot.choice(["down", "up"])},
    ]
    delivery: list[dict[str, Any]] = [
        {"mode": "late", "seconds": lot.choice([2, 8, 40]), "count": lot.randint(1, 2)},
        {"mode": "lost", "count": 1},
        {"mode": "twice", "count": 1},
    ]
    if lot.random() < 0.4:
        return "PUT", "/messages/delivery", lot.choice(delivery)
    return "POST", "/outages", lot.choice(trouble)


def make_trouble(tenant: LocalTenant, lot: random.Random, over: threading.Event, told: list[str]) -> None:
    while not over.wait(lot.uniform(0.5, 3.0)):
        method, path, order = an_order(lot)
        told.append(f"{method} {path} {order}")
        assert tenant.controls(method, path, order).status_code in (200, 201), told[-1]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < SAMPLE else pytest.mark.soak) for seed in range(RUNS)]
)
def test_trouble_is_never_called_the_tenants_fault(own: LocalTenant, tmp_path: Path, seed: int) -> None:
    lot, over, told = random.Random(seed), threading.Event(), list[str]()
    maker = threading.Thread(target=make_trouble, args=(own, lot, over, told))
    try:
        maker.start()
        run = verify(
            "features/configuration", "features/enrollment/sms_then_authenticator_app.feature",
            "-m", "MFA-CFG-001 or MFA-CFG-002 or MFA-ENR-001", "-k", "single-page or factor",
            "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports",
        )  # fmt: skip
    finally:
        over.set()
        maker.join()
    words = "\n".join([*told, run.output])
    assert run.code in (0, 75), words
    assert "nonconforming" not in run.verdicts.values(), words
