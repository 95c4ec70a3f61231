"""Token requests of a test user's applications that need no page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mfa_verification.auth0.authentication import AuthorizationCode
from mfa_verification.auth0.mfa_api import SCOPE
from mfa_verification.auth0.tokens import Tokens
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.settings.profile import Application
from mfa_verification.transport import Value
from mfa_verification.users.held import Account, UsedRefreshToken


@dataclass(frozen=True, slots=True)
class TokenRequests:
    """The tokens of one test user, and requests for more."""

    account: Account

    @property
    def latest(self) -> Tokens:
        """Return the tokens of the latest sign-in or exchange."""
        return self.account.held.latest(Tokens)

    @property
    def id_token(self) -> Secret:
        """Return the latest id token."""
        return self.account.held.require(self.latest.id_token, "id token")

    @property
    def refresh_token(self) -> Secret:
        """Return the latest refresh token. Raises `NotApplicable` where the tenant issued none."""
        held = self.latest.refresh_token
        if held is None:
            raise NotApplicable(
                "this needs refresh tokens for the MFA API, but the tenant issued none (APIs > Allow Offline Access)"
            )
        return held

    def by_password(
        self, application: Application, *, audience: str | None = None, scope: str = SCOPE, realm: str = ""
    ) -> Outcome[Tokens]:
        """Request tokens with the password grant; `realm` names the connection (password-realm grant).

        With an empty `audience`, meaning no API, the policy decides whether MFA is required.
        """
        account = self.account
        account.held.keep(application)
        api = account.tenant.profile.mfa_audience if audience is None else audience
        request = account.tenant.authentication.by_password
        return account.held.take(request(application, api or None, scope, account.email, account.password, realm))

    def refresh(self, application: Application, scope: str = "") -> Outcome[Tokens]:
        """Request tokens with the refresh token grant; without a new one the refresh token stays (RFC 6749, 6)."""
        held, refresh_token = self.account.held, self.refresh_token
        refreshed = self._refresh(application, refresh_token, scope)
        if refreshed.value is not None and refreshed.value.refresh_token is None:
            refreshed = replace(refreshed, value=replace(refreshed.value, refresh_token=refresh_token))
        held.keep(UsedRefreshToken(refresh_token))
        return held.take(refreshed)

    def refresh_elsewhere(self, application: Application) -> Outcome[Tokens]:
        """Use the refresh token at another application; the resulting tokens are not kept."""
        return self._refresh(application, self.refresh_token)

    def refresh_with_used(self) -> Outcome[Tokens]:
        """Use the refresh token that was exchanged before."""
        held = self.account.held
        return self._refresh(held.latest(Application), held.latest(UsedRefreshToken).secret)

    def exchange(self, application: Application | None = None, **changes: Value) -> Outcome[Tokens]:
        """Exchange the latest authorization code, again or as an attacker would."""
        code = self.account.held.latest(AuthorizationCode)
        return self.account.tenant.authentication.redeem(code, application, **changes)

    def user_info(self) -> Outcome[str]:
        """Return the user id that the userinfo endpoint returns for the latest access token."""
        return self.account.tenant.authentication.user_info(self.latest.access_token)

    def read_user(self) -> Outcome[bool]:
        """Read the user at the Management API with the latest access token."""
        return self.account.tenant.management.read_user_with(self.latest.access_token, self.account.user_id)

    def _refresh(self, application: Application, refresh_token: Secret, scope: str = "") -> Outcome[Tokens]:
        return self.account.tenant.authentication.refresh(application, refresh_token, scope)
