"""Who is calling, and whose turn it is: requests change the data one at a time, so that every change is atomic."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Caller:
    """Where a request comes from; never its query or its body. The rest is filled in once it is known."""

    ip: str
    user_agent: str
    method: str
    path: str
    client_id: str | None = None
    user_id: str | None = None
    audience: str | None = None
    scope: str = ""


_calling: ContextVar[Caller] = ContextVar("calling")


def calling() -> Caller:
    """Return who is calling; outside a request, nobody in particular."""
    return _calling.get(None) or Caller("127.0.0.1", "", "", "")


@contextmanager
def called_by(caller: Caller) -> Iterator[None]:
    """Let a request be this caller's."""
    token = _calling.set(caller)
    try:
        yield
    finally:
        _calling.reset(token)


class Turns:
    """One thread has the turn. One that waits for somebody outside gives it up meanwhile."""

    def __init__(self) -> None:
        """Nobody has the turn."""
        self._lock = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and have it."""
        with self._lock:
            self._mine.turn = True
            try:
                yield
            finally:
                self._mine.turn = False

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Let others have their turns until this is over; what was read before may have changed by then."""
        if not getattr(self._mine, "turn", False):
            yield
            return
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
