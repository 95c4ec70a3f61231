"""What a user types at a sign-in, and what they do at the MFA challenge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from mfa_verification.core.secret import Secret


class ActionKind(Enum):
    """An action of a user at an MFA challenge."""

    ANSWER = "types a code"
    RESEND = "has the code sent again"
    CALL = "requests a voice call"
    OTHER = "asks for another method"
    LOOK = "looks at the screen and leaves"
    CANCEL = "cancels"
    SKIP = "tries to skip the challenge"


@dataclass(frozen=True, slots=True)
class ChallengeAction:
    """One action; without `factor` it is for the factor that is asked for."""

    kind: ActionKind
    factor: str | None = None
    code: Callable[[], Secret] | None = None
    """Called when the code is typed; it may wait for an SMS message, or let a code expire."""
    remember: bool = False
    """Tick "remember this device"."""


def answer_with(factor: str | None, code: Callable[[], Secret], *, remember: bool = False) -> ChallengeAction:
    """Type a code of `factor`, chosen from the list of methods if another factor is asked for."""
    return ChallengeAction(ActionKind.ANSWER, factor, code, remember)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a user types: e-mail address, password, and one code where they answer the challenge."""

    email: str
    password: Secret
    factor: str | None = None
    """`sms` or `otp`; None where the user tries to skip the challenge."""
    code: Callable[[], Secret] | None = None
    moves: tuple[ChallengeAction, ...] = ()
    """Actions at the MFA challenge, where one code is not enough."""
    consent: Literal["accept", "refuse"] | None = None
    """The answer to a consent page; None: the sign-in stops there."""
    phone: str | None = None
    """The phone number to enroll where the pages ask for one; None: the sign-in stops there."""
    app: Callable[[Secret], Secret] | None = None
    """Takes the set-up key of an app that the pages enroll, and returns its code; None: the sign-in stops there."""
    stop_at: frozenset[str] = frozenset()
    """Screens at which to stop."""

    def planned_actions(self) -> list[ChallengeAction]:
        """Return the actions at the MFA challenge."""
        if self.moves:
            return list(self.moves)
        if self.factor is None or self.code is None:
            return [ChallengeAction(ActionKind.SKIP)]
        return [answer_with(self.factor, self.code)]
