"""The tenant's time: every expiry, claim, log entry and `Date` header comes from here."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock, moved by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        """Start `offset` seconds away from the machine's time."""
        self.offset = offset

    def now(self) -> float:
        """Return the seconds since 1970, by this tenant."""
        return time.time() + self.offset


def iso(at: float) -> str:
    """Return a moment as the Management API prints it: `2026-01-31T09:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
