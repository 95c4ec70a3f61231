"""The mark on everybody whom the suite makes: only who carries it is ever changed or removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mfa_verification.transport.http import Value

# RFC 2606 keeps this domain for examples: nobody can own an address in it, and every validator takes it.
EMAIL_DOMAIN = "mfa-verification.example.com"
LIFE_SECONDS = 3600
"""A person older than this was left behind, and may be removed by anybody."""
KEY = "mfa_verification"
SUITE = "mfa-verification"


def mark(run: str, now: float) -> dict[str, Value]:
    """Return the metadata of a person of a run; `now` is the tenant's time."""
    return {KEY: {"suite": SUITE, "run": run, "expires_at": int(now) + LIFE_SECONDS}}


def is_reserved(email: str) -> bool:
    """Say whether an address is in the suite's own domain."""
    return email.lower().endswith(f"@{EMAIL_DOMAIN}")


def mark_of(user: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the mark of a user as the Management API shows them; None for anybody else's user."""
    metadata = user.get("app_metadata")
    found = metadata.get(KEY) if isinstance(metadata, dict) else None
    ours = isinstance(found, dict) and found.get("suite") == SUITE and is_reserved(str(user.get("email", "")))
    return found if ours else None


BLOCK = 10
"""So many addresses are reserved at once: one request for ten people."""


def address(run: str, worker: int, number: int) -> str:
    """Return the address of one person of a run."""
    return f"{run}-w{worker}-{number}@{EMAIL_DOMAIN}"


class Addresses:
    """The addresses of one worker; what was reserved is written down before the first of it is used."""

    def __init__(self, run: str, worker: int, reserve: Callable[[int, int], None]) -> None:
        """Take who writes down that `worker` may have used its first so many."""
        self._run = run
        self._worker = worker
        self._reserve = reserve
        self._used = 0
        self._reserved = 0

    def next(self) -> str:
        """Return an address that nobody had before."""
        if self._used == self._reserved:
            self._reserve(self._worker, self._reserved + BLOCK)
            self._reserved += BLOCK
        self._used += 1
        return address(self._run, self._worker, self._used - 1)
