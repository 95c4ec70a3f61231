"""How a test user's applications get tokens without a page, and what may be tried with them."""

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
    """The tokens of one test user, and the requests for more."""

    account: Account

    @property
    def latest(self) -> Tokens:
        """The tokens of the latest sign-in, or of what was exchanged since."""
        return self.account.held.latest(Tokens)

    @property
    def id_token(self) -> Secret:
        """The id token among them."""
        return self.account.held.demand(self.latest.id_token, "id token")

    @property
    def refresh_token(self) -> Secret:
        """The refresh token among them; `NotApplicable` where the tenant gives none."""
        held = self.latest.refresh_token
        if held is None:
            raise NotApplicable(
                "this needs refresh tokens for the MFA API, and the tenant gave none (APIs > Allow Offline Access)"
            )
        return held

    def by_password(
        self, application: Application, *, audience: str | None = None, scope: str = SCOPE, realm: str = ""
    ) -> Outcome[Tokens]:
        """Request tokens with the password and no browser; `realm` names the connection, `audience` another API.

        An empty `audience` is no API: whether MFA is demanded is then the policy's to decide.
        """
        account = self.account
        account.held.keep(application)
        api = account.tenant.profile.mfa_audience if audience is None else audience
        request = account.tenant.authentication.by_password
        return account.held.take(request(application, api or None, scope, account.email, account.password, realm))

    def refresh(self, application: Application, scope: str = "") -> Outcome[Tokens]:
        """Request new tokens with the refresh token, which stays good where none replaces it (RFC 6749, 6)."""
        held, refresh_token = self.account.held, self.refresh_token
        refreshed = self._refresh(application, refresh_token, scope)
        if refreshed.value is not None and refreshed.value.refresh_token is None:
            refreshed = replace(refreshed, value=replace(refreshed.value, refresh_token=refresh_token))
        held.keep(UsedRefreshToken(refresh_token))
        return held.take(refreshed)

    def refresh_elsewhere(self, application: Application) -> Outcome[Tokens]:
        """Present the refresh token at another application; what that gets is not the user's."""
        return self._refresh(application, self.refresh_token)

    def refresh_with_used(self) -> Outcome[Tokens]:
        """Present the refresh token that was used before."""
        held = self.account.held
        return self._refresh(held.latest(Application), held.latest(UsedRefreshToken).secret)

    def exchange(self, application: Application | None = None, **changes: Value) -> Outcome[Tokens]:
        """Present the authorization code of the latest sign-in, once more or as somebody might who found it."""
        code = self.account.held.latest(AuthorizationCode)
        return self.account.tenant.authentication.redeem(code, application, **changes)

    def user_info(self) -> Outcome[str]:
        """Ask the tenant whose the latest access token is."""
        return self.account.tenant.authentication.user_info(self.latest.access_token)

    def read_user(self) -> Outcome[bool]:
        """Ask the Management API for the user's own record, with the latest access token."""
        return self.account.tenant.management.read_user_with(self.latest.access_token, self.account.user_id)

    def _refresh(self, application: Application, refresh_token: Secret, scope: str = "") -> Outcome[Tokens]:
        return self.account.tenant.authentication.refresh(application, refresh_token, scope)
