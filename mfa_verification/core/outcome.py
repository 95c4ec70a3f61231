"""What an action led to: a result, a refusal or an obstacle; and the exceptions that end a scenario."""

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
    """Ends a scenario with its verdict and cause; the message is one line."""

    verdict: ClassVar[Verdict]
    cause: Cause


class TenantFault(ScenarioEnd):
    """The tenant responded as no conforming tenant does."""

    verdict = Verdict.NONCONFORMING

    def __init__(self, cause: Cause, message: str, met: Refusal | Obstacle | None = None) -> None:
        """Take the cause, and one sentence: what came, and what a conforming tenant would have returned.

        `met` is the refusal or the obstacle that came instead of a result; the diagnosis reads it.
        """
        super().__init__(message)
        self.cause = cause
        self.met = met


class Inconclusive(ScenarioEnd):
    """Something on the way failed: nothing was learned about the tenant."""

    verdict = Verdict.INCONCLUSIVE

    def __init__(self, cause: Cause, message: str, screens: tuple[str, ...] = ()) -> None:
        """Take the cause, one sentence (what happened and where to look), and the sign-in screens before that."""
        super().__init__(message)
        self.cause = cause
        self.screens = screens


class ProviderMisconfigured(Inconclusive):
    """The user must correct a setting: a token that is refused, or the wrong address.

    In the preflight it ends the run. In a scenario (a token that expired) the scenario is inconclusive.
    """

    def __init__(self, setting: str, message: str) -> None:
        """Take the setting's name, and one sentence that does not contain its value."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, f"{setting}: {message}")
        self.setting = setting


class NotApplicable(ScenarioEnd):
    """The scenario needs something that this tenant does not have, mostly a setting, and that may not be changed."""

    verdict = Verdict.NOT_APPLICABLE

    def __init__(self, message: str, cause: Cause = Cause.SETTING_NOT_ARRANGED) -> None:
        """Take one line: what is needed, and how to provide it."""
        super().__init__(message)
        self.cause = cause


class Blocked(ScenarioEnd):
    """The scenario depends on a setting that was found to be wrong; the message names its requirement."""

    verdict, cause = Verdict.NOT_RUN, Cause.BLOCKED_BY


class NotRestored(ScenarioEnd):
    """A setting that was changed for a scenario could not be restored; the message names it."""

    verdict, cause = Verdict.SUITE_ERROR, Cause.SETTING_NOT_RESTORED


class UserNotRemoved(ScenarioEnd):
    """The tenant refused to remove test users; the message names them."""

    verdict, cause = Verdict.SUITE_ERROR, Cause.USER_NOT_REMOVED


Finding = tuple[Verdict, Cause, str]
"""A verdict, its cause, and one line that describes what happened."""


def classify(error: BaseException, judging: bool) -> Finding:
    """Return verdict, cause and one line for an error; `judging`: the body of a Given or Then raised it.

    An error of an unknown kind is an error of the suite.
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
    """A refusal of the tenant, in its own words (AF-GRANT-02)."""

    status: int | None
    """HTTP status; None where the refusal came in the callback."""
    error: str
    """The OAuth 2.0 error code, such as `invalid_grant`."""
    description: str
    mfa_token: Secret | None = None
    """The opaque token of a refusal with `mfa_required` (AF-MFA-01)."""

    def __str__(self) -> str:
        status = "on the callback" if self.status is None else str(self.status)
        return f'{self.error} ({status}): "{self.description}"'


class Stop(StrEnum):
    """Why a sign-in stopped, as far as it depends on the tenant or on what the user did."""

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
    """The screen at which a sign-in stopped."""

    screen: str
    seen: str
    stop: Stop = Stop.ERROR_PAGE
    words: str = ""
    """The tenant's own words."""
    factor: str | None = None
    """The factor that the screen asks for."""
    offers: tuple[str, ...] = ()
    """The factors that the screen offers, where it is a list of methods."""
    actions: tuple[str, ...] = ()
    """Auth0's values of the other buttons on the screen."""
    address: Secret | None = None
    """The URL of the screen; only the browser that started the sign-in may continue there."""

    def __str__(self) -> str:
        return f"{self.screen}: {self.seen}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One screen of a sign-in."""

    screen: str
    path: str
    status: int | None
    """HTTP status of the page."""
    seconds: float
    """Since the sign-in began."""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    """The requests that led to the screen."""


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
    """Return why a sign-in stopped, from an error of `/authorize` (AF-AUTHZ-13: its words are not translated)."""
    words = f"{error} {description}".lower()
    return next((stop for text, stop in _NAMED_IN_WORDS if text in words), None)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What one action led to: exactly one of `value`, `refusal` and `obstacle` is set.

    A When returns it without judging it; the following Then reads it.
    """

    action: str
    """The action in words, such as "confirm the phone"."""
    value: T | None = None
    refusal: Refusal | None = None
    obstacle: Obstacle | None = None
    screens: tuple[str, ...] = ()
    """The sign-in screens in order; empty where no page was involved."""
    history: tuple[Visit, ...] = ()
    """The same screens with time, requests and statuses."""

    @property
    def stop(self) -> Stop | None:
        """Return why a sign-in stopped, on a page or in the callback; None where it succeeded or failed otherwise."""
        if self.obstacle is not None:
            return self.obstacle.stop
        return stop_named(self.refusal.error, self.refusal.description) if self.refusal else None

    def result(self) -> T:
        """Return the value. Raises `TenantFault` for a refusal or an obstacle."""
        if self.refusal is not None:
            refused = f"the tenant refused to {self.action}: {self.refusal}"
            raise TenantFault(Cause.UNEXPECTED_REFUSAL, refused, self.refusal)
        if self.obstacle is not None:
            stopped = f"the attempt to {self.action} stopped at {self.obstacle}"
            raise TenantFault(Cause.UNEXPECTED_OBSTACLE, stopped, self.obstacle)
        assert self.value is not None
        return self.value

    def passed_on(self, action: str, value: S | None = None) -> Outcome[S]:
        """Return the same as the outcome of a larger action, with `value` as its value."""
        return Outcome(action, value, self.refusal, self.obstacle, self.screens, self.history)

    @property
    def challenges(self) -> tuple[str, ...]:
        """Return the screens that asked for a second factor: their names begin with `mfa-` (AF-PAGE-03)."""
        return tuple(screen for screen in self.screens if screen.startswith("mfa-"))

    @property
    def met(self) -> str:
        """Return the kind of outcome in a few words, for messages."""
        return (
            f"a refusal, {self.refusal}"
            if self.refusal
            else f"a stop, {self.obstacle}"
            if self.obstacle
            else "a result"
        )
