"""Measures the tenant's time and does all waiting; nothing else in the engine sleeps.

Every wait has a reason and a deadline and is recorded, so that a report can show where the time of a run went.
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
"""One time step of an authenticator app."""


class TenantClock:
    """The tenant's clock, measured from the `Date` headers of its responses.

    A `Date` header is the second in which a response was made, without its fraction (RFC 9110, 6.6.1). So each response
    bounds how far the tenant is ahead of this machine: more than `date - received`, less than `date + 1 - sent`. All
    responses together give a tighter bound.
    """

    def __init__(self, local: Callable[[], float] = time.time) -> None:
        """Take this machine's clock: seconds since 1970."""
        self._local = local
        self._least = -math.inf
        self._most = math.inf

    def observe(self, date_header: str, sent: float, received: float) -> bool:
        """Learn from one response; `sent` and `received` are seconds since 1970 by this machine's clock.

        Returns False where nothing was learned: the header is no date, or this machine's clock was set back meanwhile.
        """
        date = _seconds(date_header)
        if date is None or sent > received:
            return False
        least, most = date - received, date + 1.0 - sent
        if max(least, self._least) > min(most, self._most):
            # No single offset explains both: one of the clocks was moved. Drop what was measured before.
            self._least, self._most = least, most
        else:
            self._least, self._most = max(least, self._least), min(most, self._most)
        return True

    @property
    def is_measured(self) -> bool:
        """Return whether a response was observed; before that, the tenant's time is assumed to be this machine's."""
        return math.isfinite(self._least)

    @property
    def ahead(self) -> float:
        """Return how many seconds the tenant is ahead of this machine: the middle of the bounds; negative: behind."""
        return (self._least + self._most) / 2 if self.is_measured else 0.0

    @property
    def uncertainty(self) -> float:
        """Return by how many seconds `ahead` may be wrong in either direction; infinite before the first response."""
        return (self._most - self._least) / 2

    def now(self) -> float:
        """Return the tenant's time in seconds since 1970."""
        return self._local() + self.ahead


def check_clock(clock: TenantClock) -> None:
    """Raise `Inconclusive` where this machine's clock and the tenant's certainly differ by more than one step."""
    if clock.is_measured and abs(clock.ahead) - clock.uncertainty > SKEW_SECONDS:
        where = "behind" if clock.ahead > 0 else "ahead of"
        skew = (
            f"this machine's clock is {abs(clock.ahead):.0f} s {where} the tenant's, more than one step of an OTP code"
        )
        raise Inconclusive(Cause.CLOCK_SKEW, f"{skew} ({SKEW_SECONDS:.0f} s): set it, for example with NTP")


def _seconds(date_header: str) -> float | None:
    try:
        date = parsedate_to_datetime(date_header)
        # A date without a zone is UTC: HTTP has no other.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timer:
    """The functions that read the time and sleep, in seconds: the machine's, or those of a test."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


MACHINE = Timer()


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait that has ended."""

    reason: str
    seconds: float
    met: bool
    """Whether the awaited result came; False where the deadline came first."""


_waits: list[Wait] = []


def waits_so_far() -> tuple[Wait, ...]:
    """Return all waits of this process, in order."""
    return tuple(_waits)


class Deadline:
    """A moment at which waiting ends."""

    def __init__(self, seconds: float, timer: Timer = MACHINE) -> None:
        """Start now and end after `seconds`. Zero allows one look."""
        self.seconds = seconds
        self.timer = timer
        self._end = timer.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Return the seconds left, at least 0."""
        return max(0.0, self._end - self.timer.monotonic())

    @property
    def passed(self) -> bool:
        """Return whether no time is left."""
        return self.remaining == 0.0


def wait_until(
    reason: str, probe: Callable[[], T | None], deadline: Deadline, pause: float | Callable[[], float] = 0.25
) -> T | None:
    """Call `probe` until it returns something, and return that; None once the deadline has passed.

    The probe is called at once, then every `pause` seconds (a number, or a function that returns it each time), and a
    last time at the deadline. A probe may block, but not beyond the deadline. An exception of the probe ends the wait.
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
    """Let `seconds` pass."""
    timer.sleep(seconds)
    _waits.append(Wait(reason, seconds, met=True))
