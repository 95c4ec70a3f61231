"""A log of requests for tests: what was asked for and what came of it. Names of parameters, never a value."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

KEPT = 10_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `status` is None where the connection was cut."""

    seq: int
    at: float
    method: str
    path: str
    status: int | None
    parameters: list[str]


class RequestLog:
    """Requests in the order of their answers; the oldest make room."""

    def __init__(self) -> None:
        """Begin empty."""
        self._seq = 0
        self._kept: deque[Request] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, at: float, method: str, path: str, status: int | None, names: Iterable[str]) -> None:
        """Keep one; a name that does not look like one is left out: it may be a value in the wrong place."""
        known = sorted({name for name in names if NAME.fullmatch(name)})
        with self._lock:
            self._seq += 1
            self._kept.append(Request(self._seq, at, method, path, status, known))

    def after(self, seq: int) -> list[Request]:
        """Return those newer than `seq`, newest last."""
        with self._lock:
            return [one for one in self._kept if one.seq > seq]
