"""Variations of access to the MFA API, of `mfa_required`, and of challenges."""

from __future__ import annotations

from dataclasses import replace

from local_tenant.errors import (
    ASSOCIATION_REQUIRED,
    BEARER_INVALID,
    MFA_REQUIRED_401,
    MFA_TOKEN_EXPIRED_401,
    MFA_TOKEN_MALFORMED_401,
    NOT_ENROLLED,
    PUSH_REJECTED_AS_GRANT,
    SCOPE_MISSING_401,
    Refused,
    Row,
)
from local_tenant.model import Application, Authenticator, Bearer, Claims, Json, MfaTransaction, SentCode, TokenRequest
from local_tenant.rules import grants
from local_tenant.rules.challenges import Challenges, Pushes
from local_tenant.rules.mfa_access import MfaAccess, MfaRequired, MfaTokens
from local_tenant.rules.tokens import MFA_SCOPES
from local_tenant.variations import dialect, fault

dialect("missing-token-as-invalid-grant", MfaAccess.missing_row, "AF-ENROLL-27").always(
    BEARER_INVALID, "The MFA API refuses a request without a token like one with an invalid token."
)
dialect("insufficient-scope-with-401", MfaAccess.scope_missing_row, "AF-ENROLL-29").always(
    SCOPE_MISSING_401, "A token without the required scope is refused with status 401."
)
dialect("mfa-token-removes-confirmed-factors", MfaAccess.may_remove, "AF-LIST-15").always(
    True, "The opaque `mfa_token` can remove a confirmed factor before MFA is completed."
)
dialect("access-token-refused-as-mfa-token", MfaAccess.takes_access_token, "AF-CONF-06").always(
    False, "A confirmation refuses an MFA API token in the parameter `mfa_token`."
)
dialect("malformed-mfa-token-with-401", MfaAccess.malformed_row, "AF-CONF-30").always(
    MFA_TOKEN_MALFORMED_401, "A malformed `mfa_token` is refused with status 401."
)
fault("token-of-any-audience-accepted", MfaAccess.audience_is_right, "AF-ENROLL-25").always(
    True, "The MFA API accepts tokens for another API."
)
fault("mfa-api-scopes-not-checked", MfaAccess.scope_is_enough, "AF-API-13").always(
    True, "The MFA API does not check a token's scopes."
)
fault("token-of-another-application-works", MfaAccess.is_of_client, "AF-CONF-28").always(
    True, "An application can confirm with a token that was issued to another application."
)
fault("authorization-header-not-checked", MfaAccess.header_fits, "AF-CONF-02 AF-CONF-04").always(
    True, "A confirmation is accepted with another user's token in the Authorization header."
)

dialect("mfa-token-valid-five-minutes", MfaTokens.lifetime, "AF-MFA-08").always(
    300.0, "An opaque `mfa_token` is valid for five minutes."
)
fault("mfa-token-never-expires", MfaTokens.has_expired, "AF-MFA-09").always(
    False, "An opaque `mfa_token` never expires."
)
dialect("expired-mfa-token-with-401", MfaTokens.expired_row, "AF-MFA-11").always(
    MFA_TOKEN_EXPIRED_401, "An expired `mfa_token` is refused with status 401."
)

dialect("mfa-required-with-401", MfaRequired.row, "AF-MFA-03").always(
    MFA_REQUIRED_401, "`mfa_required` has status 401."
)
dialect("mfa-required-without-requirements", MfaRequired.shows_requirements, "AF-MFA-05").always(
    False, "The response `mfa_required` lacks `mfa_requirements`."
)

dialect("challenge-takes-access-token", Challenges.takes_access_token, "AF-CHAL-06").always(
    True, "`/mfa/challenge` accepts an MFA API token."
)
dialect("challenge-says-association-required", Challenges.not_enrolled_row, "AF-CHAL-08").always(
    ASSOCIATION_REQUIRED, "A challenge for a user without a factor is refused with `association_required`."
)

dialect("push-rejection-is-invalid-grant", Pushes.rejected_row, "AF-CONF-35").always(
    PUSH_REJECTED_AS_GRANT, "A denied push notification is refused with `invalid_grant`."
)


@fault("expired-token-removes-factors", MfaAccess.is_expired, "AF-LIST-12")
def _(self: MfaAccess, claims: Claims, scope: str) -> bool:
    """An expired token can still remove factors."""
    return scope != "remove:authenticators" and MfaAccess.is_expired(self, claims, scope)


@dialect("confirmation-ends-the-presented-token", MfaAccess.after_confirmation, "AF-CONF-16")
def _(self: MfaAccess, bearer: Bearer) -> None:
    """A confirmation invalidates the MFA API token that was sent."""
    if bearer.access_token is not None:
        self.tenant.store.ended_tokens.add(bearer.access_token)


@fault("authorization-header-decides-the-user", MfaAccess.authorize_confirmation, "AF-CONF-04")
def _(self: MfaAccess, mfa_token: str, header: str | None, application: Application) -> Bearer:
    """With two users' tokens in a confirmation, the token in the header decides whose factor is confirmed."""
    owner = MfaAccess.authorize_confirmation(self, mfa_token, None, application)
    claims = self.tenant.signatures.verify(header or "")
    other = self.bearer(claims) if claims is not None else None
    if other is None or other.user is owner.user:
        return owner
    for one in self.tenant.authenticators.of(owner.user):
        one.user_id = other.user.user_id
    for code in self.tenant.store.codes.values():
        if code.user_id == owner.user.user_id:
            code.user_id = other.user.user_id
            self.tenant.store.newest_codes[code.user_id, code.phone] = code
    return other


@fault("confirmation-requires-a-client-secret", MfaAccess.authorize_confirmation, "AF-CLIENT-02")
def _(self: MfaAccess, mfa_token: str, header: str | None, application: Application) -> Bearer:
    """A confirmation requires a client secret, also from public applications."""
    if application.client_secret is None:
        raise Refused(self.tenant.applications.refused_row())
    return MfaAccess.authorize_confirmation(self, mfa_token, header, application)


@fault("id-token-accepted-by-mfa-api", MfaAccess.bearer, "AF-ENROLL-25")
def _(self: MfaAccess, claims: Claims) -> Bearer | None:
    """The MFA API accepts id tokens."""
    user = self.tenant.store.users.get(str(claims.get("sub")))
    application = self.tenant.store.applications.get(str(claims.get("aud")))
    if user is not None and application is not None:
        return Bearer(user, application, list(MFA_SCOPES), self.tenant.audiences.mfa())
    return MfaAccess.bearer(self, claims)


@fault("listing-needs-no-scope", MfaAccess.scope_is_enough, "AF-API-13")
def _(self: MfaAccess, bearer: Bearer, scope: str) -> bool:
    """Any MFA API token can list factors."""
    return scope == "read:authenticators" or MfaAccess.scope_is_enough(self, bearer, scope)


@fault("removing-needs-no-scope", MfaAccess.scope_is_enough, "AF-API-13")
def _(self: MfaAccess, bearer: Bearer, scope: str) -> bool:
    """Any MFA API token can remove factors."""
    return scope == "remove:authenticators" or MfaAccess.scope_is_enough(self, bearer, scope)


@fault("token-without-audience-accepted", MfaTokens.find, "AF-ENROLL-25")
def _(self: MfaTokens, token: str) -> MfaTransaction | None:
    """The MFA API accepts an access token that was issued without an audience."""
    opaque = self.tenant.store.opaque_tokens.get(token)
    if opaque is None:
        return MfaTokens.find(self, token)
    application = next(iter(self.tenant.store.applications.values()))
    token_request = TokenRequest(self.tenant.users.get(opaque.user_id), application, None, opaque.scopes)
    return MfaTransaction(token_request, opaque.expires_at)


@fault("mfa-required-ignores-apps", MfaRequired.is_required, "AF-MFA-12")
def _(self: MfaRequired, token_request: TokenRequest) -> bool:
    """The token endpoint does not require MFA of a user who has only an authenticator app."""
    usable = self.tenant.second_factor.usable(token_request.user)
    return any(one.kind == "sms" for one in usable) and MfaRequired.is_required(self, token_request)


@fault("no-mfa-without-the-mfa-grant", MfaRequired.is_required, "AF-API-14")
def _(self: MfaRequired, token_request: TokenRequest) -> bool:
    """An application without the MFA grant gets tokens by the password grant without MFA."""
    return self.tenant.grants.is_allowed(token_request.application, grants.MFA_OOB) and MfaRequired.is_required(
        self, token_request
    )


@fault("no-mfa-with-the-password-grant", MfaRequired.is_required, "AF-MFA-01")
def _(self: MfaRequired, token_request: TokenRequest) -> bool:
    """The password grant issues tokens without MFA."""
    return token_request.family is not None and MfaRequired.is_required(self, token_request)


@fault("no-mfa-with-a-refresh-token", MfaRequired.is_required, "AF-MFA-01 AF-MFA-14")
def _(self: MfaRequired, token_request: TokenRequest) -> bool:
    """A refresh token obtained before MFA gets tokens without MFA."""
    return token_request.family is None and MfaRequired.is_required(self, token_request)


@dialect("mfa-required-whatever-the-policy", MfaRequired.is_required, "AF-MFA-13")
def _(self: MfaRequired, token_request: TokenRequest) -> bool:
    """The token endpoint requires MFA of every enrolled user, whatever the policy."""
    return not token_request.second_factor and self.tenant.second_factor.is_enrolled(token_request.user)


@fault("challenge-finds-no-factor", Challenges.start, "AF-CHAL-12")
def _(self: Challenges, bearer: Bearer, requested: list[str], authenticator_id: str | None) -> Json:
    """A challenge is refused as if the user had no factor."""
    raise Refused(NOT_ENROLLED)


@fault("challenge-takes-another-users-authenticator", Challenges.selectable, "AF-CHAL-11")
def _(self: Challenges, usable: list[Authenticator]) -> list[Authenticator]:
    """A challenge accepts the `authenticator_id` of another user."""
    return list(self.tenant.store.authenticators.values())


@fault("challenge-takes-an-unconfirmed-phone", Challenges.selectable, "AF-CHAL-11 AF-API-16")
def _(self: Challenges, usable: list[Authenticator]) -> list[Authenticator]:
    """A challenge accepts the user's own unconfirmed phone."""
    return [one for one in self.tenant.store.authenticators.values() if one.user_id == usable[0].user_id]


@dialect("unsupported-challenge-type-with-403", Challenges.unsupported, "AF-CHAL-10")
def _(self: Challenges, row: Row) -> Row:
    """A challenge type that the user has not enrolled is refused with status 403."""
    return replace(row, status=403)


@fault("challenge-without-binding-method", Challenges.oob_response, "AF-CHAL-03")
def _(self: Challenges, code: SentCode) -> Json:
    """The response to a challenge lacks `binding_method`."""
    return {"challenge_type": "oob", "oob_code": code.oob_code}
