"""What one test user is on the tenant and holds: all that an action got for them, and that a later one needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.login.window import Device
from mfa_verification.phones.phone import Phone

T = TypeVar("T")


class MissingPrecondition(LookupError):
    """A step wanted what no step before it gave the test user: the scenario is written wrong."""


@dataclass(frozen=True, slots=True)
class HeldSecret:
    """One secret; what it is, its type says."""

    secret: Secret


class MfaToken(HeldSecret):
    """The opaque token that a refusal with `mfa_required` hands out to go on with."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The tokens that a confirmation handed back."""

    tokens: Tokens


class RecoveryCode(HeldSecret):
    """A recovery code that the tenant handed out."""


class UsedRecoveryCode(HeldSecret):
    """A recovery code that was sent as an answer to an MFA challenge."""


class UsedRefreshToken(HeldSecret):
    """A refresh token that was exchanged for tokens."""


class FormerPassword(HeldSecret):
    """A password that another one replaced."""


class NamedPassword(HeldSecret):
    """A password that somebody else named for the user, who never took it."""


@dataclass(frozen=True, slots=True)
class ListedPhone:
    """The id of a phone, as it was found in the user's own list."""

    id: str


class Held:
    """Things by their type, in the order in which they were got."""

    def __init__(self, name: str) -> None:
        """Hold nothing yet; `name` is the user's, for messages."""
        self._name = name
        self._things: dict[type, list[Any]] = {}
        self._missed: dict[str, Outcome[Any]] = {}

    def keep(self, thing: object) -> None:
        """Keep a thing as the latest of its type."""
        self._things.setdefault(type(thing), []).append(thing)

    def forget(self, kind: type) -> None:
        """Keep none of a type any more."""
        self._things.pop(kind, None)

    def take(self, outcome: Outcome[T]) -> Outcome[T]:
        """Keep what an action got: its answer, or the `mfa_token` of a refusal that demands MFA."""
        self.note(outcome)
        if outcome.value is not None:
            self.keep(outcome.value)
        if outcome.refusal and outcome.refusal.mfa_token:
            self.keep(MfaToken(outcome.refusal.mfa_token))
        return outcome

    def note(self, outcome: Outcome[T]) -> Outcome[T]:
        """Remember an action that got nothing: who asks for what it should have got meets the tenant's refusal."""
        self._missed.pop(outcome.action, None)
        if outcome.value is None:
            self._missed[outcome.action] = outcome
        return outcome

    @property
    def missed(self) -> Outcome[Any] | None:
        """The latest action that got nothing."""
        return next(reversed(self._missed.values()), None)

    def has(self, kind: type) -> bool:
        """Say whether there is one of a type."""
        return kind in self._things

    def latest(self, kind: type[T]) -> T:
        """Return the latest of a type; `MissingPrecondition` where there is none."""
        return self._at(kind, 1, _in_words(kind))

    def earlier(self, kind: type[T]) -> T:
        """Return the one before the latest; `MissingPrecondition` where there is none."""
        return self._at(kind, 2, f"earlier {_in_words(kind)}")

    def demand(self, thing: T | None, what: str) -> T:
        """Return a thing that must be there; where it is missing, what was missed before says why."""
        if thing is None and self.missed is not None:
            self.missed.result()
        if thing is None:
            raise MissingPrecondition(f"{self._name} has no {what}: no step before gave it to them")
        return thing

    def _at(self, kind: type[T], place: int, what: str) -> T:
        things: list[T] = self._things.get(kind, [])
        return self.demand(things[-place] if len(things) >= place else None, what)


def _in_words(kind: type) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()


@dataclass(kw_only=True)
class Account:
    """Data alone; what the user does with it stands in `sign_ins`, `enrollment`, `challenges` and `token_requests`."""

    name: str
    """As the feature names the user."""
    email: str
    password: Secret
    user_id: str
    phone: Phone
    tenant: Tenant = field(repr=False)
    device: Device | None = field(default=None, repr=False)
    """The device that is kept, with its cookies; None: each sign-in has a new one."""
    held: Held = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.held = Held(self.name)
