"""What one person has in hand: everything that an action got for them, and that a later one needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from mfa_verification.auth0.authentication import Confirmation, EarnedCode
from mfa_verification.auth0.mfa_api import AppEnrolment, PhoneEnrolment
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.factors.authenticator_app import AuthenticatorApp
from mfa_verification.phones.phone import Watch
from mfa_verification.settings.profile import Application

T = TypeVar("T")


class NothingInHand(LookupError):
    """A step wanted what no step before it gave the person: the scenario is written wrong."""


@dataclass
class Hand:
    """The latest of each thing; asking for one that was never got is a mistake of the scenario."""

    name: str
    _application: Application | None = None
    _tokens: Tokens | None = None
    _earned: EarnedCode | None = None
    _phone_enrolment: PhoneEnrolment | None = None
    _earlier_phone_enrolment: PhoneEnrolment | None = None
    _watch: Watch | None = None
    _earlier_watch: Watch | None = None
    _app_enrolment: AppEnrolment | None = None
    _app: AuthenticatorApp | None = None
    _answered: Confirmation | None = None
    _confirmed: Tokens | None = None
    _mfa_token: Secret | None = None
    _earlier_mfa_token: Secret | None = None
    _used_refresh_token: Secret | None = None
    _named_password: Secret | None = None
    _former_password: Secret | None = None
    _recovery_code: Secret | None = None
    _used_recovery_code: Secret | None = None
    _found_phone: str | None = None
    _missed: dict[str, Outcome[Any]] = field(default_factory=dict)

    def note(self, outcome: Outcome[T]) -> Outcome[T]:
        """Remember an action that got nothing: whoever asks for what it should have got meets the tenant's refusal."""
        self._missed.pop(outcome.action, None)
        if outcome.value is None:
            self._missed[outcome.action] = outcome
        return outcome

    def take(self, outcome: Outcome[Tokens]) -> Outcome[Tokens]:
        """Keep what a request for tokens got: tokens, or the token with which to show a second factor."""
        self.note(outcome)
        self._tokens = outcome.value or self._tokens
        if outcome.refusal and outcome.refusal.mfa_token:
            self._earlier_mfa_token, self._mfa_token = self._mfa_token, outcome.refusal.mfa_token
        return outcome

    @property
    def application(self) -> Application:
        """The application of the latest sign-in."""
        return self._held(self._application, "application")

    @property
    def tokens(self) -> Tokens:
        """The tokens of the latest sign-in."""
        return self._held(self._tokens, "tokens")

    @property
    def has_tokens(self) -> bool:
        """Whether any sign-in gave them tokens."""
        return self._tokens is not None

    @property
    def id_token(self) -> Secret:
        """The id token of the latest sign-in."""
        return self._held(self.tokens.id_token, "id token")

    @property
    def earned_code(self) -> EarnedCode:
        """The authorization code of the latest sign-in, spent or not."""
        return self._held(self._earned, "authorization code")

    @property
    def mfa_token(self) -> Secret:
        """The opaque token of the latest refusal that asked for a second factor."""
        return self._held(self._mfa_token, "mfa_token")

    @property
    def earlier_mfa_token(self) -> Secret:
        """The one of the refusal before that."""
        return self._held(self._earlier_mfa_token, "earlier mfa_token")

    @property
    def refresh_token(self) -> Secret:
        """The refresh token of the latest tokens; `NotApplicable` where the tenant gives none."""
        held = self.tokens.refresh_token
        if held is None:
            raise NotApplicable(
                "this needs refresh tokens for the MFA API, and the tenant gave none (APIs > Allow Offline Access)"
            )
        return held

    @property
    def used_refresh_token(self) -> Secret:
        """The refresh token that was used last."""
        return self._held(self._used_refresh_token, "used refresh token")

    @property
    def former_password(self) -> Secret:
        """The password that another one replaced."""
        return self._held(self._former_password, "password from before")

    @property
    def named_password(self) -> Secret:
        """The password that somebody else named for them."""
        return self._held(self._named_password, "password that somebody named")

    @property
    def answered(self) -> Confirmation:
        """The latest answer to a factor's question, as it was sent."""
        return self._held(self._answered, "answer")

    @property
    def confirmed(self) -> Tokens:
        """The tokens that the latest confirmation handed back."""
        return self._held(self._confirmed, "token of a confirmation")

    @property
    def phone_enrolment(self) -> PhoneEnrolment:
        """The latest enrolment of the phone that was begun."""
        return self._held(self._phone_enrolment, "begun enrolment of a phone")

    @property
    def earlier_phone_enrolment(self) -> PhoneEnrolment:
        """The one before the latest."""
        return self._held(self._earlier_phone_enrolment, "earlier enrolment of a phone")

    @property
    def app_enrolment(self) -> AppEnrolment:
        """The latest enrolment of an authenticator app that was begun."""
        return self._held(self._app_enrolment, "begun enrolment of an app")

    @property
    def app(self) -> AuthenticatorApp:
        """The authenticator app, once its code was scanned."""
        return self._held(self._app, "authenticator app")

    @property
    def recovery_code(self) -> Secret:
        """The recovery code that is good now."""
        return self._held(self._recovery_code, "recovery code")

    @property
    def used_recovery_code(self) -> Secret:
        """The one that was used before."""
        return self._held(self._used_recovery_code, "used recovery code")

    @property
    def found_phone(self) -> str:
        """The id of the phone that they found in their list."""
        return self._held(self._found_phone, "phone that they found")

    def texted_code(self) -> Secret:
        """The code that the phone received for the latest enrolment; the one text, read once."""
        return self._held(self._watch, "text to wait for").code()

    def earlier_texted_code(self) -> Secret:
        """The code of the text before that."""
        return self._held(self._earlier_watch, "earlier text").code()

    def _held(self, thing: T | None, what: str) -> T:
        if thing is None and self._missed:
            list(self._missed.values())[-1].answer()
        if thing is None:
            raise NothingInHand(f"{self.name} has no {what}: no step before gave it to them")
        return thing
