"""Stores SMS messages in order of arrival, lets readers wait for the next one, and leases numbers."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CAPACITY = 100_000
"""How many messages are kept; further ones are refused, so that none is lost silently."""
IN_MEMORY = ":memory:"
_TABLES = """
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, body TEXT NOT NULL, sent_at REAL NOT NULL,
    kept_at REAL NOT NULL, code TEXT
);
CREATE INDEX IF NOT EXISTS messages_to ON messages (receiver, seq);
CREATE TABLE IF NOT EXISTS leases (number TEXT PRIMARY KEY, id TEXT NOT NULL, owner TEXT NOT NULL, until REAL NOT NULL);
"""


class InboxFull(Exception):
    """The inbox has reached its capacity."""


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """A received message; `code` is set only where the sender passed it beside the body."""

    seq: int
    to: str
    body: str
    sent_at: float
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """A number that one owner has until a time."""

    id: str
    number: str
    until: float


class Inbox:
    """Keeps messages for any number of phones; thread-safe."""

    def __init__(
        self, now: Callable[[], float] = time.time, ttl: float | None = None, database: str = IN_MEMORY
    ) -> None:
        """Open the SQLite file; `now` dates the messages, `ttl` is how many seconds they are kept (None: forever)."""
        self._now = now
        self._ttl = ttl
        self._closed = False
        self._arrival = threading.Condition()
        self._database = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._database.executescript(_TABLES)
        self._kept: int = self._database.execute("SELECT count(*) FROM messages").fetchone()[0]

    def deliver(self, to: str, body: str, code: str | None = None, sent_at: float | None = None) -> SmsMessage:
        """Store a message and wake the waiting readers. `seq` grows with each message of the inbox.

        `sent_at` is the time of sending, by default the time of arrival.
        """
        with self._arrival:
            self._forget_old()
            if self._kept >= CAPACITY:
                raise InboxFull(f"the inbox holds {CAPACITY} SMS messages, which is all it may")
            now = self._now()
            sent_at = now if sent_at is None else sent_at
            row = (to, body, sent_at, now, code)
            kept = self._database.execute(
                "INSERT INTO messages (receiver, body, sent_at, kept_at, code) VALUES (?, ?, ?, ?, ?)", row
            )
            self._kept += 1
            message = SmsMessage(int(kept.lastrowid or 0), to, body, sent_at, code)
            self._arrival.notify_all()
        return message

    def messages(self, to: str, after: int = 0, wait: float = 0.0) -> list[SmsMessage]:
        """Return the messages to a phone after `after`, newest last; wait up to `wait` seconds for one."""
        with self._arrival:
            self._forget_old()
            self._arrival.wait_for(lambda: self._closed or bool(self._newer(to, after)), timeout=wait)
            return self._newer(to, after)

    def newest(self, count: int) -> list[SmsMessage]:
        """Return the newest messages to all phones, newest first."""
        with self._arrival:
            return self._read("ORDER BY seq DESC LIMIT ?", count)

    def remove(self, seq: int) -> bool:
        """Remove a message; return whether it was there."""
        with self._arrival:
            return self._deleted("DELETE FROM messages WHERE seq = ?", seq) == 1

    def remove_all(self, to: str) -> int:
        """Remove the messages to a phone; return how many there were."""
        with self._arrival:
            return self._deleted("DELETE FROM messages WHERE receiver = ?", to)

    def lease(self, numbers: Sequence[str], owner: str, seconds: float) -> Lease | None:
        """Lease the number unused for longest; None where all are leased or resting."""
        with self._arrival:
            until = dict(self._database.execute("SELECT number, until FROM leases").fetchall())
            free = [number for number in numbers if until.get(number, 0.0) <= self._now()]
            if not free:
                return None
            number = min(free, key=lambda number: until.get(number, 0.0))
            lease = Lease(secrets.token_urlsafe(16), number, self._now() + seconds)
            self._database.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)", (number, lease.id, owner, lease.until)
            )
            return lease

    def end_lease(self, lease_id: str, rest: float = 0.0) -> bool:
        """End a lease and let its number rest; return whether the lease was there."""
        with self._arrival:
            ended = self._database.execute(
                "UPDATE leases SET until = ?, id = '', owner = '' WHERE id = ? AND id != ''",
                (self._now() + rest, lease_id),
            )
            return ended.rowcount == 1

    def close(self) -> None:
        """Wake all waiting readers, for the server's end."""
        with self._arrival:
            self._closed = True
            self._arrival.notify_all()

    def _newer(self, to: str, after: int) -> list[SmsMessage]:
        return self._read("WHERE receiver = ? AND seq > ? ORDER BY seq", to, after)

    def _read(self, which: str, *values: object) -> list[SmsMessage]:
        # `which` is one of the conditions in this class, never user input.
        found = self._database.execute(f"SELECT seq, receiver, body, sent_at, code FROM messages {which}", values)  # noqa: S608
        return [SmsMessage(*row) for row in found]

    def _forget_old(self) -> None:
        if self._ttl is not None:
            self._deleted("DELETE FROM messages WHERE kept_at <= ?", self._now() - self._ttl)

    def _deleted(self, statement: str, value: object) -> int:
        removed = self._database.execute(statement, (value,)).rowcount
        self._kept -= removed
        return removed
