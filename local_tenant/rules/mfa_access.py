"""The MFA API's door: which bearer is let in, and to do what (contract, 3.6, 4.2, 4.5, 6)."""

from __future__ import annotations

from dataclasses import dataclass

from local_tenant.caller import calling
from local_tenant.errors import (
    BEARER_INVALID,
    BEARER_MISSING,
    HEADER_OF_ANOTHER,
    MFA_TOKEN_EXPIRED,
    MFA_TOKEN_MALFORMED,
    MFA_TOKEN_OF_OTHER_CLIENT,
    SCOPE_MISSING,
    Refused,
)
from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule
from local_tenant.rules.people import Person
from local_tenant.rules.tokens import Claims


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who stands at the door: a person, sent by an application, with scopes."""

    person: Person
    application: Application
    scopes: list[str]
    audience: str


class MfaAccess(Rule):
    """Who may enrol, list and remove."""

    def enter(self, token: str | None, scope: str) -> Bearer:
        """Return the bearer of a header token that is alive and has the scope, or refuse: 401, 403."""
        if not token:
            raise Refused(BEARER_MISSING)
        claims = self.tenant.tokens.read(token)
        if claims is None or self.tenant.tokens.has_expired(claims):
            raise Refused(BEARER_INVALID)
        bearer = self.bearer(claims)
        if bearer is None:
            raise Refused(BEARER_INVALID)
        if not self.scope_is_enough(bearer, scope):
            raise Refused(SCOPE_MISSING, scope=scope)
        return bearer

    def present(self, mfa_token: str, header: str | None, application: Application) -> Bearer:
        """Return the bearer of the `mfa_token` of a token request, or refuse: 400, 403."""
        claims = self.tenant.tokens.read(mfa_token)
        bearer = self.bearer(claims) if claims is not None else None
        if claims is None or bearer is None:
            raise Refused(MFA_TOKEN_MALFORMED)
        if self.tenant.tokens.has_expired(claims):
            raise Refused(MFA_TOKEN_EXPIRED)
        if not self.is_of_client(bearer, application):
            raise Refused(MFA_TOKEN_OF_OTHER_CLIENT)
        if not self.scope_is_enough(bearer, "enroll"):
            raise Refused(SCOPE_MISSING, scope="enroll")
        if header and not self.header_fits(header, mfa_token):
            raise Refused(HEADER_OF_ANOTHER)
        return bearer

    def bearer(self, claims: Claims) -> Bearer | None:
        """Return who is behind the claims; None when the token is for another API or its person is gone."""
        person = self.tenant.store.people.get(str(claims.get("sub")))
        application = self.tenant.store.applications.get(str(claims.get("azp")))
        if person is None or application is None or not self.audience_is_right(claims):
            return None
        bearer = Bearer(person, application, str(claims.get("scope", "")).split(), self.tenant.audiences.mfa())
        caller = calling()
        caller.user_id, caller.client_id = person.user_id, caller.client_id or application.client_id
        caller.audience, caller.scope = bearer.audience, " ".join(bearer.scopes)
        return bearer

    def audience_is_right(self, claims: Claims) -> bool:
        """Only a token made for the MFA API opens it."""
        return self.tenant.tokens.is_for(claims, self.tenant.audiences.mfa())

    def scope_is_enough(self, bearer: Bearer, scope: str) -> bool:
        """`enroll` to enrol, `read:authenticators` to list, `remove:authenticators` to remove."""
        return scope in bearer.scopes

    def is_of_client(self, bearer: Bearer, application: Application) -> bool:
        """A token is good only in the hands of the application that it was issued to."""
        return bearer.application is application

    def header_fits(self, header: str, mfa_token: str) -> bool:
        """A confirmation's header may be left out; if it is there it must be a live token of the same person."""
        if header == mfa_token:
            return True
        claims, own = self.tenant.tokens.read(header), self.tenant.tokens.read(mfa_token)
        if claims is None or own is None or self.tenant.tokens.has_expired(claims):
            return False
        return claims.get("sub") == own.get("sub")
