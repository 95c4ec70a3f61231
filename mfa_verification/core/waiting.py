"""The one wait. Nothing else in the engine sleeps.

Every wait has a reason and an end, and is recorded, so that a report can say where the time of a run went.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timer:
    """How time passes: the machine's own, or one that a test moves. Both count in seconds."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


MACHINE = Timer()


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait that is over."""

    reason: str
    seconds: float
    met: bool
    """Whether what was waited for came; False where the deadline came first."""


_waits: list[Wait] = []


def waits_so_far() -> tuple[Wait, ...]:
    """Return every wait of this process, in order, those that ended at once included."""
    return tuple(_waits)


class Deadline:
    """A moment after which nobody waits any longer."""

    def __init__(self, seconds: float, timer: Timer = MACHINE) -> None:
        """Start now; it passes after `seconds`. Zero allows one look."""
        self.seconds = seconds
        self.timer = timer
        self._end = timer.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - self.timer.monotonic())

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.remaining == 0.0


def wait_until(
    reason: str, probe: Callable[[], T | None], deadline: Deadline, pause: float | Callable[[], float] = 0.25
) -> T | None:
    """Call `probe` until it returns something; return that, or None once the deadline has passed.

    It looks at once, then every `pause` seconds (or as many as it says each time), and a last time at the deadline
    itself: what came during the last pause is not missed. A probe may block by itself, as long as it minds the
    deadline. What it raises ends the wait. Saying what was seen meanwhile is the caller's part: only the probe saw it.
    """
    began = deadline.timer.monotonic()
    found: T | None = None
    try:
        while (found := probe()) is None and not deadline.passed:
            seconds = pause() if callable(pause) else pause
            deadline.timer.sleep(min(seconds, deadline.remaining))
    finally:
        _waits.append(Wait(reason, deadline.timer.monotonic() - began, found is not None))
    return found


def wait_for(seconds: float, reason: str, timer: Timer = MACHINE) -> None:
    """Let `seconds` pass, where there is nothing to look at but the clock."""
    timer.sleep(seconds)
    _waits.append(Wait(reason, seconds, met=True))
