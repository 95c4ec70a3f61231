"""How fast the local tenant is there, and how fast it answers; each figure beside what it should stay under."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.pairs import median_ms
from tests.tenant.asking import challenge, mfa_token
from tests.tenant.driving import Person, bearer, create_person, enroll_phone
from tests.tenant.running import Running, start

READY_MS, ANSWER_MS = 500, 5


def measure_starts(rounds: int = 5) -> None:
    """Print the median of some starts; bytecode is there from the second on."""
    taken = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            running = start(Path(folder))
            taken.append((time.perf_counter() - began) * 1000)
            running.stop()
    print(f"local tenant ready, median of {rounds}: {statistics.median(taken):.0f} ms (should be under {READY_MS})")


def measure_answers(running: Running, rounds: int = 200) -> None:
    """Print the median of answers that sign nothing."""
    spa, person = running.application("spa"), create_person(running)
    token = enroll_phone(person, spa)
    opaque = mfa_token(person, spa, audience=running.mfa_audience)
    for what, ask in {
        "discovery": lambda: running.http.get(running.url("/.well-known/openid-configuration")),
        "list of authenticators": lambda: running.http.get(running.url("/mfa/authenticators"), headers=bearer(token)),
        "challenge refused": lambda: challenge(person, spa, opaque, challenge_type="otp"),
        "token refused": lambda: running.token(spa.body(grant_type="refresh_token", refresh_token="x")),
        "person looked up": lambda: _looked_up(person),
    }.items():
        print(f"{what}: {median_ms(ask, rounds):.1f} ms (should be under {ANSWER_MS})")


def _looked_up(person: Person) -> object:
    return person.tenant.administrator("GET", f"/users/{person.user_id}")
