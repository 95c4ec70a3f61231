"""Time: the tenant's, measured from its own answers, and the one wait. Nothing else in the engine sleeps.

Every wait has a reason and an end, and is recorded, so that a report can say where the time of a run went.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar

from mfa_verification.core.outcome import Inconclusive
from mfa_verification.core.verdict import Cause

SKEW_SECONDS = 30.0
"""One step of an authenticator app."""


class TenantClock:
    """What time it is at the tenant.

    A `Date` header names the second in which an answer was made, cut down to whole seconds (RFC 9110, 6.6.1);
    the answer was made between sending and receiving. So each one bounds how far the tenant is ahead of us:
    more than `date - received`, less than `date + 1 - sent`. All of them together bound it tighter.
    """

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        """Take our own clock: seconds since 1970."""
        self._local = local
        self._least = -math.inf
        self._most = math.inf

    def observe(self, date_header: str, sent: float, received: float) -> bool:
        """Learn from one answer; `sent` and `received` are seconds since 1970 by our own clock.

        Returns whether it said anything: not where the header is no date, nor where our own clock was set
        back meanwhile.
        """
        date = _seconds(date_header)
        if date is None or sent > received:
            return False
        least, most = date - received, date + 1.0 - sent
        if max(least, self._least) > min(most, self._most):
            # No single offset explains both: one of the clocks was moved, and what was known before is void.
            self._least, self._most = least, most
        else:
            self._least, self._most = max(least, self._least), min(most, self._most)
        return True

    @property
    def is_measured(self) -> bool:
        """Whether any answer was observed; until then the tenant's time is taken to be ours."""
        return math.isfinite(self._least)

    @property
    def ahead(self) -> float:
        """How many seconds the tenant is ahead of us: the middle of what is possible. Negative: behind."""
        return (self._least + self._most) / 2 if self.is_measured else 0.0

    @property
    def uncertainty(self) -> float:
        """By how many seconds `ahead` may be wrong, either way; infinite before any answer."""
        return (self._most - self._least) / 2

    def now(self) -> float:
        """Return the tenant's time in seconds since 1970."""
        return self._local() + self.ahead


def check_clock(clock: TenantClock) -> None:
    """Raise `Inconclusive` where our clock and the tenant's surely differ by more than one step."""
    if clock.is_measured and abs(clock.ahead) - clock.uncertainty > SKEW_SECONDS:
        where = "behind" if clock.ahead > 0 else "ahead of"
        skew = f"this machine's clock is {abs(clock.ahead):.0f} s {where} the tenant's, more than one step of an app"
        raise Inconclusive(Cause.CLOCK_SKEW, f"{skew} ({SKEW_SECONDS:.0f} s): set it, by NTP perhaps")


def _seconds(date_header: str) -> float | None:
    try:
        date = parsedate_to_datetime(date_header)
        # A date without a zone is UTC: HTTP knows no other.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


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
