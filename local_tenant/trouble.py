"""Trouble of the environment, made to order by the control API, and a log of what was asked. The rules know neither."""

from __future__ import annotations

import errno
import json
import re
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_DELAY = 60.0
KEPT = 10_000
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", re.ASCII)


@dataclass
class Trouble:
    """What the next so many requests under a path meet."""

    path: str
    left: int
    answer: Literal["429", "503", "delay", "cut"]
    seconds: float = 0.0


class ConnectionCut(ConnectionResetError):
    """The connection ends here, without an answer; the listener knows resets by their number."""

    def __init__(self) -> None:
        """Carry the number of a reset."""
        super().__init__(errno.ECONNRESET, "cut to order")


class Troubles:
    """The trouble that stands for one tenant."""

    def __init__(self) -> None:
        """Begin without any."""
        self.inbox_is_down = False
        self.log_lag = 0.0
        self.search_lag = 0.0
        self._ordered: list[Trouble] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def order(self, trouble: Trouble) -> None:
        """Let requests under a path meet trouble; orders for one request are met in the order they came in."""
        with self._lock:
            self._ordered.append(trouble)

    def ordered(self) -> list[Trouble]:
        """Return what has not been met yet."""
        with self._lock:
            return list(self._ordered)

    def meet(self, path: str) -> Trouble | None:
        """Return the trouble that this request meets, which counts as met."""
        with self._lock:
            for one in self._ordered:
                if path.startswith(one.path):
                    one.left -= 1
                    if one.left == 0:
                        self._ordered.remove(one)
                    return one
        return None

    def wait(self, seconds: float) -> None:
        """Hold a request, in real time; the end of the process lets it go."""
        self._ended.wait(seconds)

    def clear(self) -> None:
        """End all trouble."""
        with self._lock:
            self._ordered.clear()
        self.inbox_is_down, self.log_lag, self.search_lag = False, 0.0, 0.0

    def end(self) -> None:
        """Let go of every request that is held."""
        self._ended.set()


class Interruptible:
    """The inbox as its readers meet it: while it is down every request gets 503. What arrives meanwhile is kept."""

    def __init__(self, app: WSGIApplication, troubles: Troubles) -> None:
        """Take the app, and where its trouble stands."""
        self._app = app
        self._troubles = troubles

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it."""
        if not self._troubles.inbox_is_down:
            return self._app(environ, start_response)
        answer = json.dumps({"error": "the inbox is down, to order"}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
        start_response("503 Service Unavailable", headers)
        return [answer]


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
    """Requests in the order of their answers, for tests; names of parameters, never a value. The oldest make room."""

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
