"""What an action met: an answer, a refusal or an obstacle. And the two ways in which adapters give up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

T = TypeVar("T")


class TenantFault(Exception):
    """The tenant gave an answer that no conforming tenant gives."""

    def __init__(self, cause: Cause, message: str, met: Refusal | Obstacle | None = None) -> None:
        """Take the cause, and one sentence: what came, and what a conforming tenant would have answered.

        `met`: the refusal or obstacle where an answer was expected, for whoever looks into it.
        """
        super().__init__(message)
        self.cause = cause
        self.met = met


class Inconclusive(Exception):
    """Trouble on the way: nothing was learnt about the tenant."""

    def __init__(self, cause: Cause, message: str) -> None:
        """Take the cause, and one sentence: what was met, and where to look."""
        super().__init__(message)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Refusal:
    """The tenant said no, in its own words (contract, 3 to 7)."""

    status: int | None
    """HTTP status; None where the refusal came on the callback."""
    error: str
    """The protocol's error name, such as `invalid_grant`."""
    description: str
    mfa_token: Secret | None = None
    """What a refusal for want of a second factor hands out to go on with (contract, 3.4)."""

    def __str__(self) -> str:
        status = "on the callback" if self.status is None else str(self.status)
        return f'{self.error} ({status}): "{self.description}"'


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A screen at which the sign-in stopped, and what it wanted."""

    screen: str
    seen: str

    def __str__(self) -> str:
        return f"{self.screen}: {self.seen}"


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What one action met. Exactly one of `value`, `refusal` and `obstacle` is there.

    A When returns it and never judges it; the next Then reads it.
    """

    action: str
    """What was tried, in words: "confirm the phone"."""
    value: T | None = None
    refusal: Refusal | None = None
    obstacle: Obstacle | None = None
    screens: tuple[str, ...] = ()
    """The sign-in screens met on the way, in order; empty where no browser was involved."""

    def answer(self) -> T:
        """Return what the tenant answered; a refusal or an obstacle is a `TenantFault` here."""
        if self.refusal is not None:
            refused = f"the tenant refused to {self.action}: {self.refusal}"
            raise TenantFault(Cause.UNEXPECTED_REFUSAL, refused, self.refusal)
        if self.obstacle is not None:
            stopped = f"the tenant stopped the attempt to {self.action} at {self.obstacle}"
            raise TenantFault(Cause.UNEXPECTED_OBSTACLE, stopped, self.obstacle)
        assert self.value is not None
        return self.value

    @property
    def challenges(self) -> tuple[str, ...]:
        """The screens met that asked for a second factor: Auth0 names them all alike (contract, 2.2)."""
        return tuple(screen for screen in self.screens if screen.startswith("mfa-"))

    @property
    def met(self) -> str:
        """What was met, in a word or two, for messages."""
        return (
            f"a refusal, {self.refusal}"
            if self.refusal
            else f"a stop, {self.obstacle}"
            if self.obstacle
            else "an answer"
        )
