"""Trouble of the environment, made to order by the control API. It is no rule: the tenant itself stays what it is."""

from __future__ import annotations

import errno
import threading
from dataclasses import dataclass
from typing import Literal

LONGEST_DELAY = 60.0


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
