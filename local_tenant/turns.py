"""Turns: requests change the data one at a time, so that every change is atomic."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
