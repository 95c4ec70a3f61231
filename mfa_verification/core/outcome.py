"""What an action met: an answer, a refusal or an obstacle. And the exceptions that end a scenario."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from mfa_verification.core.exchange import Exchange
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause, Verdict

T = TypeVar("T")
S = TypeVar("S")


class ScenarioEnd(Exception):
    """What ends a scenario; its verdict and cause come with it, and its message is one line."""

    verdict: ClassVar[Verdict]
    cause: Cause


class TenantFault(ScenarioEnd):
    """The tenant gave an answer that no conforming tenant gives."""

    verdict = Verdict.NONCONFORMING

    def __init__(self, cause: Cause, message: str, met: Refusal | Obstacle | None = None) -> None:
        """Take the cause, and one sentence: what came, and what a conforming tenant would have answered.

        `met`: the refusal or obstacle where an answer was expected, for the diagnosis.
        """
        super().__init__(message)
        self.cause = cause
        self.met = met


class Inconclusive(ScenarioEnd):
    """Trouble on the way: nothing was learnt about the tenant."""

    verdict = Verdict.INCONCLUSIVE

    def __init__(self, cause: Cause, message: str, screens: tuple[str, ...] = ()) -> None:
        """Take the cause, one sentence (what was met, and where to look), and the screens met before."""
        super().__init__(message)
        self.cause = cause
        self.screens = screens


class ProviderMisconfigured(Inconclusive):
    """The user must mend a setting: a token that is refused, an address that is not the service's.

    In the preflight the caller ends the run for it. Met later (a token that ran out), it is trouble like any.
    """

    def __init__(self, setting: str, message: str) -> None:
        """Take the setting's name, and one sentence without its value."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, f"{setting}: {message}")
        self.setting = setting


class NotApplicable(ScenarioEnd):
    """The scenario needs what is not there and may not be made here: mostly a setting of the tenant."""

    verdict = Verdict.NOT_APPLICABLE

    def __init__(self, message: str, cause: Cause = Cause.SETTING_NOT_ARRANGED) -> None:
        """Take one line that says what is needed, and what would give it."""
        super().__init__(message)
        self.cause = cause


class Blocked(ScenarioEnd):
    """A scenario relies on a setting that is already known to be wrong; the message names its requirement."""

    verdict, cause = Verdict.NOT_RUN, Cause.BLOCKED_BY


class NotRestored(ScenarioEnd):
    """A setting that was changed for a scenario could not be restored; the message names it."""

    verdict, cause = Verdict.SUITE_ERROR, Cause.SETTING_NOT_RESTORED


class UserNotRemoved(ScenarioEnd):
    """The tenant refused to remove test users; the message names them."""

    verdict, cause = Verdict.SUITE_ERROR, Cause.USER_NOT_REMOVED


Finding = tuple[Verdict, Cause, str]
"""A verdict, its cause, and one line that says what was met."""


def classify(error: BaseException, judging: bool) -> Finding:
    """Return verdict, cause and one line for an error; `judging`: raised by the body of a Given or Then.

    Nothing is guessed: what is not known for sure is the suite's own error.
    """
    line = str(error).strip().partition("\n")[0] or type(error).__name__
    match error:
        case ScenarioEnd():
            return error.verdict, error.cause, line
        case AssertionError() if judging:
            return Verdict.NONCONFORMING, Cause.EXPECTATION_NOT_MET, line
        case KeyboardInterrupt():
            return Verdict.NOT_RUN, Cause.INTERRUPTED, "interrupted"
        case _:
            return Verdict.SUITE_ERROR, Cause.SUITE_ERROR, f"{type(error).__name__}: {line}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The tenant said no, in its own words (AF-GRANT-02)."""

    status: int | None
    """HTTP status; None where the refusal came on the callback."""
    error: str
    """The protocol's error name, such as `invalid_grant`."""
    description: str
    mfa_token: Secret | None = None
    """What a refusal for want of a second factor hands out to go on with (AF-MFA-01)."""

    def __str__(self) -> str:
        status = "on the callback" if self.status is None else str(self.status)
        return f'{self.error} ({status}): "{self.description}"'


class Stop(StrEnum):
    """What stopped a sign-in and speaks of the tenant or of what was answered: a closed list."""

    AS_ASKED = "stopped as asked"
    WRONG_ANSWER = "wrong answer"
    CODE_REFUSED_FOR_NOW = "no more codes for now"
    FACTOR_ASKED = "second factor asked"
    FACTOR_NOT_OFFERED = "factor not offered"
    ACTION_NOT_OFFERED = "action not offered"
    CANCELLED = "given up as asked"
    ENROLLMENT_ASKED = "enrollment asked"
    CONSENT_ASKED = "consent asked"
    CONSENT_REFUSED = "consent refused"
    ACCOUNT_BLOCKED = "account blocked"
    PASSWORD_CHANGE = "password change required"
    EMAIL_VERIFICATION = "e-mail verification"
    SIGN_UP_ASKED = "sign-up asked"
    OTHER_SIGN_IN = "another way to sign in asked"
    TRANSACTION_EXPIRED = "transaction expired"
    CALLBACK_MISMATCH = "callback mismatch"
    UNKNOWN_APPLICATION = "unknown application"
    SERVICE_NOT_FOUND = "service not found"
    ERROR_PAGE = "error page"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A screen at which the sign-in stopped, and what it wanted."""

    screen: str
    seen: str
    stop: Stop = Stop.ERROR_PAGE
    words: str = ""
    """The tenant's own words."""
    factor: str | None = None
    """The factor that it asks for."""
    offers: tuple[str, ...] = ()
    """The factors that it offers, where it is a list of methods."""
    actions: tuple[str, ...] = ()
    """What else could be pressed there: Auth0's own values."""
    address: Secret | None = None
    """Where it stands; only the browser that began may go on from there."""

    def __str__(self) -> str:
        return f"{self.screen}: {self.seen}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One screen met on the way through a sign-in."""

    screen: str
    path: str
    status: int | None
    """HTTP status of the page."""
    seconds: float
    """Since the sign-in began."""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    """The requests that led there, and their statuses."""


_NAMED_IN_WORDS = (
    ("callback url mismatch", Stop.CALLBACK_MISMATCH),
    ("list of allowed callback urls", Stop.CALLBACK_MISMATCH),
    ("unknown client", Stop.UNKNOWN_APPLICATION),
    ("service not found", Stop.SERVICE_NOT_FOUND),
    ("did not authorize the request", Stop.CONSENT_REFUSED),
    ("consent required", Stop.CONSENT_ASKED),
    ("transaction has expired", Stop.TRANSACTION_EXPIRED),
    ("find your session", Stop.TRANSACTION_EXPIRED),
    ("is blocked", Stop.ACCOUNT_BLOCKED),
    ("has been blocked", Stop.ACCOUNT_BLOCKED),
)


def stop_named(error: str, description: str) -> Stop | None:
    """Return which obstacle an error of `/authorize` names (AF-AUTHZ-13: its texts are not translated)."""
    words = f"{error} {description}".lower()
    return next((stop for text, stop in _NAMED_IN_WORDS if text in words), None)


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
    """The sign-in screens met on the way, in order; empty where no page was involved."""
    history: tuple[Visit, ...] = ()
    """The same with time, requests and statuses."""

    @property
    def stop(self) -> Stop | None:
        """What stopped a sign-in, on a page or on the callback; None where it went through, or for another reason."""
        if self.obstacle is not None:
            return self.obstacle.stop
        return stop_named(self.refusal.error, self.refusal.description) if self.refusal else None

    def result(self) -> T:
        """Return what the tenant answered; a refusal or an obstacle is a `TenantFault` here."""
        if self.refusal is not None:
            refused = f"the tenant refused to {self.action}: {self.refusal}"
            raise TenantFault(Cause.UNEXPECTED_REFUSAL, refused, self.refusal)
        if self.obstacle is not None:
            stopped = f"the tenant stopped the attempt to {self.action} at {self.obstacle}"
            raise TenantFault(Cause.UNEXPECTED_OBSTACLE, stopped, self.obstacle)
        assert self.value is not None
        return self.value

    def passed_on(self, action: str, value: S | None = None) -> Outcome[S]:
        """Return what was met as the outcome of a larger action, with `value` in place of this one's answer."""
        return Outcome(action, value, self.refusal, self.obstacle, self.screens, self.history)

    @property
    def challenges(self) -> tuple[str, ...]:
        """The screens met that asked for a second factor: Auth0 names them all alike (AF-PAGE-03)."""
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
