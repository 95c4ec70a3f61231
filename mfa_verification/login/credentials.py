"""What a user brings to a sign-in, and what they mean to do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from mfa_verification.core.secret import Secret


class Do(Enum):
    """One thing that a user does where a second factor is asked for."""

    PROVE = "types a code"
    RESEND = "has the code sent again"
    CALL = "has the code spoken instead"
    OTHER = "asks for another method"
    LOOK = "looks at what is asked, and leaves"
    CANCEL = "gives up"
    PASS_BY = "tries to get on without an answer"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing done; `factor` None means whichever is asked for."""

    does: Do
    factor: str | None = None
    code: Callable[[], Secret] | None = None
    """Asked for when the code is typed, not before: it may wait for an SMS message, or let a code grow old."""
    remember: bool = False
    """Ticks "remember this device"."""


def prove(factor: str | None, code: Callable[[], Secret], *, remember: bool = False) -> Move:
    """Type a code of `factor`, by way of the list of methods where another one is asked for."""
    return Move(Do.PROVE, factor, code, remember)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a user types: e-mail, password, and the code of one second factor if they mean to prove it."""

    email: str
    password: Secret
    factor: str | None = None
    """`sms` or `otp`; None where the user has none to prove and tries to pass by the challenge."""
    code: Callable[[], Secret] | None = None
    moves: tuple[Move, ...] = ()
    """What they do at the second factor, one after the other, where that is more than to prove one."""
    consent: Literal["accept", "refuse"] | None = None
    """What they answer where consent is asked; None: the sign-in stops there."""
    phone: str | None = None
    """The number that they enroll where the pages ask for one; None: the sign-in stops there."""
    app: Callable[[Secret], Secret] | None = None
    """Takes the key of an app that they enroll where the pages ask for one, and gives its code; None: stop there."""
    stop_at: frozenset[str] = frozenset()
    """Screens at which to stop and look."""

    def at_the_factor(self) -> list[Move]:
        """Return what they do at the second factor."""
        if self.moves:
            return list(self.moves)
        if self.factor is None or self.code is None:
            return [Move(Do.PASS_BY)]
        return [prove(self.factor, self.code)]
