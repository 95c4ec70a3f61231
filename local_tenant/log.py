"""The tenant's log, kept in memory: what happened, to whom, never with a code or a secret in it (contract, 7.7)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from local_tenant.clock import Clock

KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: its type (`gd_enrollment_complete`, `feacft`, …), and who and what it was about."""

    log_id: str
    date: float
    type: str
    user_id: str | None
    client_id: str | None
    details: dict[str, str] = field(default_factory=dict)


class Log:
    """Events in the order in which they happened; the oldest make room."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock that dates the events."""
        self._clock = clock
        self._count = 0
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, type_: str, *, user_id: str | None = None, client_id: str | None = None, **details: str) -> None:
        """Record an event."""
        self._count += 1
        number = f"90{self._count:018d}"
        self.entries.append(Entry(number, self._clock.now(), type_, user_id, client_id, details))
