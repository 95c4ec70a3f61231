"""What a user brings to a sign-in, and what they mean to do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from mfa_verification.core.secret import Secret


class ActionKind(Enum):
    """One thing that a user does where a second factor is asked for."""

    ANSWER = "types a code"
    RESEND = "has the code sent again"
    CALL = "has the code spoken instead"
    OTHER = "asks for another method"
    LOOK = "looks at what is asked, and leaves"
    CANCEL = "gives up"
    SKIP = "tries to get on without an answer"


@dataclass(frozen=True, slots=True)
class ChallengeAction:
    """One thing done; `factor` None means whichever is asked for."""

    kind: ActionKind
    factor: str | None = None
    code: Callable[[], Secret] | None = None
    """Asked for when the code is typed, not before: it may wait for an SMS message, or let a code grow old."""
    remember: bool = False
    """Ticks "remember this device"."""


def answer_with(factor: str | None, code: Callable[[], Secret], *, remember: bool = False) -> ChallengeAction:
    """Type a code of `factor`, by way of the list of methods where another one is asked for."""
    return ChallengeAction(ActionKind.ANSWER, factor, code, remember)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a user types: e-mail, password, and the code of one second factor if they mean to prove it."""

    email: str
    password: Secret
    factor: str | None = None
    """`sms` or `otp`; None where the user has none to prove and tries to pass by the challenge."""
    code: Callable[[], Secret] | None = None
    moves: tuple[ChallengeAction, ...] = ()
    """What they do at the second factor, one after the other, where that is more than to prove one."""
    consent: Literal["accept", "refuse"] | None = None
    """What they answer where consent is asked; None: the sign-in stops there."""
    phone: str | None = None
    """The number that they enroll where the pages ask for one; None: the sign-in stops there."""
    app: Callable[[Secret], Secret] | None = None
    """Takes the key of an app that they enroll where the pages ask for one, and gives its code; None: stop there."""
    stop_at: frozenset[str] = frozenset()
    """Screens at which to stop and look."""

    def planned_actions(self) -> list[ChallengeAction]:
        """Return what they do at the second factor."""
        if self.moves:
            return list(self.moves)
        if self.factor is None or self.code is None:
            return [ChallengeAction(ActionKind.SKIP)]
        return [answer_with(self.factor, self.code)]
