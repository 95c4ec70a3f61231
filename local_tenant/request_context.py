"""The request that is being handled: who sent it, and the lock that lets one request at a time change the data."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Caller:
    """The sender of a request, without query or body. The last four fields are filled in once they are known."""

    ip: str
    user_agent: str
    method: str
    path: str
    client_id: str | None = None
    user_id: str | None = None
    audience: str | None = None
    scope: str = ""


_caller: ContextVar[Caller] = ContextVar("caller")


def current_caller() -> Caller:
    """Return the sender of the current request; outside a request, an empty one."""
    return _caller.get(None) or Caller("127.0.0.1", "", "", "")


@contextmanager
def handled_for(caller: Caller) -> Iterator[None]:
    """Make this the sender of the current request."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


class RequestLock:
    """A lock that the current request holds. A request that waits for another server releases it meanwhile."""

    def __init__(self) -> None:
        """Start unlocked."""
        self._lock = threading.Lock()
        self._held = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, and hold it."""
        with self._lock:
            self._held.by_this_thread = True
            try:
                yield
            finally:
                self._held.by_this_thread = False

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let other requests run meanwhile; data that was read before may have changed afterwards."""
        if not getattr(self._held, "by_this_thread", False):
            yield
            return
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
