"""Access to the MFA API: `mfa_required`, the opaque `mfa_token`, and which tokens the MFA API accepts.

Facts: AF-MFA-01, AF-MFA-06, AF-ENROLL-08, AF-LIST-14.
"""

from __future__ import annotations

from dataclasses import replace

from local_tenant.errors import (
    BEARER_INVALID,
    BEARER_MISSING,
    FOREIGN_HEADER,
    MFA_REQUIRED,
    MFA_TOKEN_EXPIRED,
    MFA_TOKEN_MALFORMED,
    MFA_TOKEN_OF_OTHER_CLIENT,
    PASSWORD_OF_BLOCKED,
    SCOPE_MISSING,
    Refused,
    Row,
)
from local_tenant.keys import seal
from local_tenant.model import TYPE, Application, Authenticator, Bearer, Claims, MfaTransaction, TokenRequest, User
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule
from local_tenant.rules.tokens import MFA_SCOPES

Requirements = dict[str, list[dict[str, str]]]
ENROLLABLE = {"otp": "otp", "sms": "phone", "push-notification": "push-notification", "email": "email"}
"""Factors that can be enrolled through the MFA API, and their names in `mfa_requirements`."""


class MfaRequired(Rule):
    """When the token endpoint requires MFA."""

    def check(self, token_request: TokenRequest) -> None:
        """Refuse tokens where MFA is required; the refusal contains an `mfa_token`."""
        if not self.is_required(token_request):
            return
        requirements = self.requirements(token_request.user)
        self.tenant.log.add("mfar", user_id=token_request.user.user_id, client_id=token_request.application.client_id)
        refused = Refused(self.row())
        refused.more["mfa_token"] = self.tenant.mfa_tokens.issue(token_request)
        if self.shows_requirements():
            refused.more["mfa_requirements"] = requirements
        raise refused

    def is_required(self, token_request: TokenRequest) -> bool:
        """Enrolled users need MFA for the MFA audience; under "all-applications", all users who can enroll need it."""
        if token_request.second_factor or not self.tenant.second_factor.is_required_for(token_request.audience):
            return False
        if self.tenant.second_factor.is_enrolled(token_request.user):
            return True
        return self.tenant.store.policy == "all-applications" and bool(self.requirements(token_request.user)["enroll"])

    def row(self) -> Row:
        """The status is 403 (AF-MFA-02)."""
        return MFA_REQUIRED

    def shows_requirements(self) -> bool:
        """Newer tenants add `mfa_requirements`."""
        return True

    def requirements(self, user: User) -> Requirements:
        """Return `challenge` with the types of an enrolled user, or `enroll` with the enabled types."""
        usable = self.tenant.second_factor.usable(user)
        if usable:
            return {"challenge": [{"type": name} for name in dict.fromkeys(TYPE[one.kind] for one in usable)]}
        on = [name for factor, name in ENROLLABLE.items() if self.tenant.factors.may_enroll(factor)]
        return {"enroll": [{"type": name} for name in on]}


class MfaTokens(Rule):
    """Opaque `mfa_token`s."""

    def issue(self, token_request: TokenRequest) -> str:
        """Issue an `mfa_token` for a token request; the tenant keeps the data."""
        expires_at = self.tenant.clock.now() + self.lifetime()
        token = seal(expires_at)
        self.tenant.store.mfa_transactions[token] = MfaTransaction(token_request, expires_at)
        return token

    def lifetime(self) -> float:
        """An `mfa_token` is valid for ten minutes (AF-MFA-07); in seconds."""
        return 600.0

    def find(self, token: str) -> MfaTransaction | None:
        """Return the transaction of an `mfa_token`, expired or not; None for an unknown token."""
        return self.tenant.store.mfa_transactions.get(token)

    def has_expired(self, transaction: MfaTransaction) -> bool:
        """Return whether the `mfa_token` has expired."""
        return self.tenant.clock.now() >= transaction.expires_at

    def expired_row(self) -> Row:
        """An expired `mfa_token` at the token endpoint gets 403 `expired_token` (AF-MFA-09, AF-MFA-10)."""
        return MFA_TOKEN_EXPIRED


class MfaAccess(Rule):
    """Who may enroll, list and remove factors."""

    def authorize(self, token: str | None, scope: str) -> Bearer:
        """Return the bearer of a valid token with this scope. Raises Refused: 401, 403."""
        if not token:
            raise Refused(self.missing_row())
        transaction = self.tenant.mfa_tokens.find(token)
        if transaction is not None:
            if self.tenant.mfa_tokens.has_expired(transaction):
                raise Refused(BEARER_INVALID)
            return self._opaque(transaction, token)
        claims = self.tenant.signatures.verify(token)
        if claims is None or self.is_expired(claims, scope) or token in self.tenant.store.ended_tokens:
            raise Refused(BEARER_INVALID)
        bearer = self.bearer(claims)
        if bearer is None:
            raise Refused(BEARER_INVALID)
        if not self.scope_is_enough(bearer, scope):
            raise Refused(self.scope_missing_row(), scope=scope)
        return self._dated(bearer, token, claims)

    def is_expired(self, claims: Claims, scope: str) -> bool:
        """An expired token is refused for every scope."""
        return self.tenant.tokens.has_expired(claims)

    def missing_row(self) -> Row:
        """A request without a token gets 401 `unauthorized` (AF-ENROLL-26)."""
        return BEARER_MISSING

    def scope_missing_row(self) -> Row:
        """A token without the scope gets 403 (AF-ENROLL-28)."""
        return SCOPE_MISSING

    def _opaque(self, transaction: MfaTransaction, token: str) -> Bearer:
        token_request, caller = transaction.token_request, current_caller()
        caller.user_id, caller.client_id = (
            token_request.user.user_id,
            caller.client_id or token_request.application.client_id,
        )
        caller.audience, caller.scope = token_request.audience, " ".join(token_request.scopes)
        return Bearer(
            token_request.user, token_request.application, list(MFA_SCOPES), token_request.audience or "", transaction,
            token,
        )  # fmt: skip

    def after_confirmation(self, bearer: Bearer) -> None:
        """The access token that was sent stays valid for its ten minutes (AF-CONF-14)."""

    def may_remove(self, bearer: Bearer, authenticator: Authenticator) -> bool:
        """With an opaque `mfa_token`, a confirmed factor can be removed only after MFA was completed with it."""
        if bearer.transaction is None or bearer.transaction.is_completed:
            return True
        return not self.tenant.authenticators.is_confirmed(authenticator)

    def authorize_confirmation(self, mfa_token: str, header: str | None, application: Application) -> Bearer:
        """Return the bearer of the `mfa_token` in a token request. Raises Refused: 400, 403."""
        bearer, expired = self._identify(mfa_token)
        if expired:
            raise Refused(self.tenant.mfa_tokens.expired_row())
        if bearer.transaction is not None and bearer.user.blocked:
            raise Refused(PASSWORD_OF_BLOCKED)
        if not self.is_of_client(bearer, application):
            raise Refused(MFA_TOKEN_OF_OTHER_CLIENT)
        if not self.scope_is_enough(bearer, "enroll"):
            raise Refused(self.scope_missing_row(), scope="enroll")
        if header and not self.header_fits(header, mfa_token):
            raise Refused(FOREIGN_HEADER)
        return bearer

    def _identify(self, mfa_token: str) -> tuple[Bearer, bool]:
        """Return the bearer, and whether the token has expired."""
        transaction = self.tenant.mfa_tokens.find(mfa_token)
        if transaction is not None:
            return self._opaque(transaction, mfa_token), self.tenant.mfa_tokens.has_expired(transaction)
        claims = self.tenant.signatures.verify(mfa_token) if self.takes_access_token() else None
        bearer = self.bearer(claims) if claims is not None else None
        if claims is None or bearer is None or mfa_token in self.tenant.store.ended_tokens:
            raise Refused(self.malformed_row())
        return self._dated(bearer, mfa_token, claims), self.tenant.tokens.has_expired(claims)

    def _dated(self, bearer: Bearer, token: str, claims: Claims) -> Bearer:
        issued, expires = (claims.get(name) for name in ("iat", "exp"))
        return replace(
            bearer, access_token=token, issued_at=issued if isinstance(issued, int) else 0,
            expires_at=expires if isinstance(expires, int) else 0,
        )  # fmt: skip

    def takes_access_token(self) -> bool:
        """An access token for the MFA API is accepted as `mfa_token` (AF-CONF-05)."""
        return True

    def malformed_row(self) -> Row:
        """An unknown `mfa_token` gets 403 `invalid_grant` (AF-CONF-29)."""
        return MFA_TOKEN_MALFORMED

    def bearer(self, claims: Claims) -> Bearer | None:
        """Return the bearer of the claims; None for another API, or a deleted user or application."""
        user = self.tenant.store.users.get(str(claims.get("sub")))
        application = self.tenant.store.applications.get(str(claims.get("azp")))
        if user is None or application is None or not self.audience_is_right(claims):
            return None
        bearer = Bearer(user, application, str(claims.get("scope", "")).split(), self.tenant.audiences.mfa())
        caller = current_caller()
        caller.user_id, caller.client_id = user.user_id, caller.client_id or application.client_id
        caller.audience, caller.scope = bearer.audience, " ".join(bearer.scopes)
        return bearer

    def audience_is_right(self, claims: Claims) -> bool:
        """The MFA API accepts only tokens with its audience."""
        return self.tenant.tokens.is_for(claims, self.tenant.audiences.mfa())

    def scope_is_enough(self, bearer: Bearer, scope: str) -> bool:
        """The scopes are `enroll`, `read:authenticators` and `remove:authenticators`."""
        return scope in bearer.scopes

    def is_of_client(self, bearer: Bearer, application: Application) -> bool:
        """Only the application that a token was issued to may use it."""
        return bearer.application is application

    def header_fits(self, header: str, mfa_token: str) -> bool:
        """The Authorization header is optional in a confirmation; a token there must be valid and of the same user."""
        if header == mfa_token:
            return True
        claims, own = self.tenant.signatures.verify(header), self.tenant.signatures.verify(mfa_token)
        if claims is None or own is None or self.tenant.tokens.has_expired(claims):
            return False
        return claims.get("sub") == own.get("sub")
