"""Outages that tests inject through the test controls, and a record of the requests received.

Rules read only the two lags of `FaultInjection`.
"""

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
class Outage:
    """What happens to the next `left` requests whose path begins with `path`."""

    path: str
    left: int
    response: Literal["429", "503", "delay", "cut"]
    seconds: float = 0.0


class ConnectionCut(ConnectionResetError):
    """The connection is closed without a response. The listener recognizes a reset by its error number."""

    def __init__(self) -> None:
        """Carry the error number of a reset."""
        super().__init__(errno.ECONNRESET, "cut by an injected outage")


class FaultInjection:
    """The outages of one tenant."""

    def __init__(self) -> None:
        """Start without outages."""
        self.inbox_is_down = False
        self.log_lag = 0.0
        self.search_lag = 0.0
        self._pending: list[Outage] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def add(self, outage: Outage) -> None:
        """Add an outage; where several match a request, the oldest one happens first."""
        with self._lock:
            self._pending.append(outage)

    def pending(self) -> list[Outage]:
        """Return the outages that are still to happen."""
        with self._lock:
            return list(self._pending)

    def take(self, path: str) -> Outage | None:
        """Return the outage that happens to this request, and count it down."""
        with self._lock:
            for one in self._pending:
                if path.startswith(one.path):
                    one.left -= 1
                    if one.left == 0:
                        self._pending.remove(one)
                    return one
        return None

    def wait(self, seconds: float) -> None:
        """Hold a request for so many real seconds, or until the process ends."""
        self._ended.wait(seconds)

    def clear(self) -> None:
        """End all outages."""
        with self._lock:
            self._pending.clear()
        self.inbox_is_down, self.log_lag, self.search_lag = False, 0.0, 0.0

    def end(self) -> None:
        """Release every request that is held."""
        self._ended.set()


class InboxWithOutages:
    """The inbox as its readers see it: while it is down, every request gets 503. Arriving messages are kept."""

    def __init__(self, app: WSGIApplication, fault_injection: FaultInjection) -> None:
        """Take the inbox's app, and where its outage is set."""
        self._app = app
        self._fault_injection = fault_injection

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it."""
        if not self._fault_injection.inbox_is_down:
            return self._app(environ, start_response)
        body = json.dumps({"error": "the inbox is down: an injected outage"}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response("503 Service Unavailable", headers)
        return [body]


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
    """The latest requests, in the order of their responses, with the names of their parameters and never a value."""

    def __init__(self) -> None:
        """Start empty."""
        self._seq = 0
        self._kept: deque[Request] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, at: float, method: str, path: str, status: int | None, names: Iterable[str]) -> None:
        """Keep a request. A string that does not look like a name is left out: it may be a misplaced value."""
        known = sorted({name for name in names if NAME.fullmatch(name)})
        with self._lock:
            self._seq += 1
            self._kept.append(Request(self._seq, at, method, path, status, known))

    def after(self, seq: int) -> list[Request]:
        """Return the requests after number `seq`, newest last."""
        with self._lock:
            return [one for one in self._kept if one.seq > seq]
