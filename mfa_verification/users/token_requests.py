"""How a person gets tokens, and what they try with them, beside enrolling."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from mfa_verification.auth0 import forgeries, spa_js
from mfa_verification.auth0.authentication import (
    EarnedCode,
)
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import NotApplicable, Outcome, Stop
from mfa_verification.core.secret import Secret
from mfa_verification.login.credentials import Credentials
from mfa_verification.settings.profile import Application
from mfa_verification.transport.http import Value
from mfa_verification.users.sign_ins import SignsIn


@dataclass(kw_only=True)
class AsksForTokens(SignsIn):
    """Whoever asks for tokens: by the SDK, by the password, by a refresh token, by the code of a sign-in."""

    def see_that_sdk_is_here(self) -> None:
        """Raise `NotApplicable` where the SDK, which comes by way of Node.js, is not on this machine."""
        if not spa_js.SCRIPT.is_file():
            missing = "this needs the vendor's SDK for browsers: `make sdk` fetches it, where Node.js is"
            raise NotApplicable(missing, Cause.NODE_MISSING)

    def sign_in_by_sdk(self, application: Application) -> Outcome[Tokens]:
        """Sign in as the vendor's SDK does it, told nothing but the MFA API and its scopes.

        `NotApplicable` where browsers would not let it work: its proof needs a page that they call secure.
        """
        if not spa_js.is_secure(application.callback):
            raise NotApplicable("this needs a callback on https or localhost: the SDK works on no other page")
        self._application = application
        return self.take(self.tenant.sign_in_by_sdk(application, SCOPE, Credentials(self.email, self.password)))

    def ask_by_password(self, application: Application, realm: str = "") -> Outcome[Tokens]:
        """Ask for tokens for the MFA API with the password, and no browser; `realm` names the connection."""
        self._application = application
        audience = self.tenant.profile.mfa_audience
        ask = self.tenant.authentication.by_password
        return self.take(ask(application, audience, SCOPE, self.email, self.password, realm))

    def ask_by_password_for_no_api(self, application: Application) -> Outcome[Tokens]:
        """The same for no API: whether there is a second factor is then the policy's to decide."""
        self._application = application
        authentication = self.tenant.authentication
        return self.take(authentication.by_password(application, None, "openid", self.email, self.password))

    def see_that_nothing_is_asked(self, outcome: Outcome[Tokens]) -> None:
        """Raise `NotApplicable` where whoever has no factor is asked for one as well: by the policy, or an Action."""
        if (outcome.refusal and outcome.refusal.error == "mfa_required") or outcome.stop is Stop.ENROLMENT_ASKED:
            raise NotApplicable(f"this needs a tenant that asks only whoever has a factor, and it met {outcome.met}")
        outcome.answer()

    def refresh(self, scope: str = "") -> Outcome[Tokens]:
        """Ask for new tokens with the refresh token in hand; it stays good where none replaces it (RFC 6749, 6)."""
        held = self.refresh_token
        refreshed = self.tenant.authentication.refresh(self.application, held, scope)
        if refreshed.value is not None and refreshed.value.refresh_token is None:
            refreshed = replace(refreshed, value=replace(refreshed.value, refresh_token=held))
        self._used_refresh_token = held
        return self.take(refreshed)

    def refresh_elsewhere(self, application: Application) -> Outcome[Tokens]:
        """Present the refresh token in hand at another application."""
        return self.tenant.authentication.refresh(application, self.refresh_token)

    def refresh_with_used(self) -> Outcome[Tokens]:
        """Present the refresh token that was used before."""
        return self.tenant.authentication.refresh(self.application, self.used_refresh_token)

    def earn_code(self, application: Application) -> Outcome[EarnedCode]:
        """Sign in as far as the callback; its code is not presented yet."""
        self._application = application
        earned = self.tenant.earn_code(application, SCOPE, Credentials(self.email, self.password))
        self._earned = earned.value or self._earned
        return self.note(earned)

    def present_code(self, application: Application | None = None, **changes: Value) -> Outcome[Tokens]:
        """Present the authorization code of the latest sign-in, once more or as somebody might who found it."""
        return self.tenant.authentication.redeem(self.earned_code, application, **changes)

    def who_am_i(self) -> Outcome[str]:
        """Ask whose the latest token is."""
        return self.tenant.authentication.who(self.tokens.access_token)

    def have_password_asked_for(self) -> Outcome[bool]:
        """Let somebody ask for the e-mail with which a password is set anew, and name one right away."""
        named = self._named_password = Secret(f"{secrets.token_urlsafe(24)}aA1!", "named password")
        connection = self.tenant.profile.connection
        return self.tenant.authentication.ask_for_new_password(self.application, connection, self.email, named)

    def look_up_as_operator(self) -> Outcome[bool]:
        """Ask the Management API for their own user, with the latest token."""
        return self.tenant.management.read_user_with(self.tokens.access_token, self.user_id)

    def forged(self, how: str) -> Secret:
        """Return a forgery of the latest token, named as `forgeries` does."""
        return forgeries.FORGERIES[how](self.tokens.access_token)

    def application_with_wrong_secret(self) -> Application:
        """The application of the latest sign-in, with a secret that is nobody's."""
        return replace(self.application, client_secret=Secret(secrets.token_urlsafe(48), "wrong client secret"))
