"""E-mail addresses of people, derived from run, worker and a counter, so that a sweep needs no search (which lags)."""

from __future__ import annotations

from collections.abc import Callable

from mfa_verification.people.mark import EMAIL_DOMAIN

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
