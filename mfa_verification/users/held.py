"""A test user's account, and all that actions obtained for it and later actions need."""

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
    """A step needs something that no earlier step obtained: a mistake in the scenario."""


@dataclass(frozen=True, slots=True)
class HeldSecret:
    """A secret whose kind is its class."""

    secret: Secret


class MfaToken(HeldSecret):
    """The opaque `mfa_token` of a refusal with `mfa_required`."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The tokens returned by a confirmation."""

    tokens: Tokens


class RecoveryCode(HeldSecret):
    """A recovery code that the tenant issued."""


class UsedRecoveryCode(HeldSecret):
    """A recovery code that was used."""


class UsedRefreshToken(HeldSecret):
    """A refresh token that was exchanged for tokens."""


class FormerPassword(HeldSecret):
    """A former password."""


class NamedPassword(HeldSecret):
    """The password sent with a request for a password reset."""


@dataclass(frozen=True, slots=True)
class ListedPhone:
    """The id of a phone in the user's own list."""

    id: str


class Held:
    """Objects by type, in the order in which they were obtained."""

    def __init__(self, name: str) -> None:
        """Start empty; `name` is the user's, for messages."""
        self._name = name
        self._things: dict[type, list[Any]] = {}
        self._missed: dict[str, Outcome[Any]] = {}

    def keep(self, thing: object) -> None:
        """Keep an object as the latest of its type."""
        self._things.setdefault(type(thing), []).append(thing)

    def forget(self, kind: type) -> None:
        """Drop all objects of a type."""
        self._things.pop(kind, None)

    def take(self, outcome: Outcome[T]) -> Outcome[T]:
        """Keep the value of an outcome, or the `mfa_token` of a refusal with `mfa_required`."""
        self.note(outcome)
        if outcome.value is not None:
            self.keep(outcome.value)
        if outcome.refusal and outcome.refusal.mfa_token:
            self.keep(MfaToken(outcome.refusal.mfa_token))
        return outcome

    def note(self, outcome: Outcome[T]) -> Outcome[T]:
        """Remember an outcome without a value: a later action that needs the value then raises its refusal."""
        self._missed.pop(outcome.action, None)
        if outcome.value is None:
            self._missed[outcome.action] = outcome
        return outcome

    @property
    def missed(self) -> Outcome[Any] | None:
        """Return the latest outcome without a value."""
        return next(reversed(self._missed.values()), None)

    def has(self, kind: type) -> bool:
        """Return whether there is an object of a type."""
        return kind in self._things

    def latest(self, kind: type[T]) -> T:
        """Return the latest of a type. Raises `MissingPrecondition` where there is none."""
        return self._at(kind, 1, _in_words(kind))

    def earlier(self, kind: type[T]) -> T:
        """Return the one before the latest. Raises `MissingPrecondition` where there is none."""
        return self._at(kind, 2, f"earlier {_in_words(kind)}")

    def require(self, thing: T | None, what: str) -> T:
        """Return an object that is required; where it is missing, raise the refusal that explains it."""
        if thing is None and self.missed is not None:
            self.missed.result()
        if thing is None:
            raise MissingPrecondition(f"{self._name} has no {what}: no earlier step obtained it")
        return thing

    def _at(self, kind: type[T], place: int, what: str) -> T:
        things: list[T] = self._things.get(kind, [])
        return self.require(things[-place] if len(things) >= place else None, what)


def _in_words(kind: type) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()


@dataclass(kw_only=True)
class Account:
    """The data of a test user; the actions are in `sign_ins`, `enrollment`, `confirmations` and `token_requests`."""

    name: str
    """The name in the features."""
    email: str
    password: Secret
    user_id: str
    phone: Phone
    tenant: Tenant = field(repr=False)
    device: Device | None = field(default=None, repr=False)
    """The device whose cookies are kept; None: each sign-in has a new one."""
    held: Held = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.held = Held(self.name)
