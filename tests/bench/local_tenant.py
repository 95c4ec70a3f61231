"""How fast the local tenant starts and responds; each figure is printed beside its limit."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.pairs import median_ms
from tests.tenant.client import LocalTenant

READY_MS, RESPONSE_MS = 500, 5


def measure_starts(rounds: int = 5) -> None:
    """Print the median of some starts. From the second one on, the bytecode is compiled."""
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            tenant = LocalTenant.serve(Path(folder))
            taken.append((time.perf_counter() - began) * 1000)
            tenant.stop()
    print(f"local tenant ready, median of {rounds}: {statistics.median(taken):.0f} ms (should be under {READY_MS})")


def measure_responses(tenant: LocalTenant, rounds: int = 200) -> None:
    """Print the median times of responses that sign nothing."""
    spa, user = tenant.spa, tenant.user()
    token = user.enroll("sms", spa)
    mfa_token = user.mfa_token(spa, audience=tenant.mfa_audience)
    for what, ask in {
        "discovery": lambda: tenant.http.get(tenant.url("/.well-known/openid-configuration")),
        "list of authenticators": lambda: tenant.mfa("GET", "/authenticators", token),
        "challenge refused": lambda: user.challenge(spa, mfa_token, challenge_type="otp"),
        "token refused": lambda: tenant.token(spa.body(grant_type="refresh_token", refresh_token="x")),
        "user looked up": lambda: tenant.management("GET", f"/users/{user.user_id}"),
    }.items():
        print(f"{what}: {median_ms(ask, rounds):.1f} ms (should be under {RESPONSE_MS})")
