"""The tenant's clock: every expiry, claim, log entry and `Date` header uses it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """The machine's clock plus an offset in seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        """Start with this offset from the machine's time."""
        self.offset = offset
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return the tenant's time in seconds since 1970."""
        return time.time() + self.offset

    def move(self, seconds: float) -> None:
        """Move the clock forward, or back. Raises ValueError outside the years 2000 to 2099."""
        if not EARLIEST <= self.now() + seconds < LATEST:
            raise ValueError(f"the clock stays between {iso(EARLIEST)} and {iso(LATEST)}")
        self.offset += seconds
        for listener in self._listeners:
            listener()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each move, for threads that wait for a time."""
        self._listeners.append(listener)


def iso(at: float) -> str:
    """Return a time as the Management API prints it: `2026-01-31T09:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
