"""Who may use the MFA API, when a second factor is wanted there, and what a challenge answers."""

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
from local_tenant.model import Application, Authenticator, Bearer, Claims, MfaTransaction, Order, SentCode
from local_tenant.rules import grants
from local_tenant.rules.challenges import Answer, Challenges, Pushes
from local_tenant.rules.mfa_access import MfaAccess, MfaRequired, MfaTokens
from local_tenant.rules.tokens import MFA_SCOPES
from local_tenant.variations.table import dialect, fault

dialect("missing-token-as-invalid-grant", MfaAccess.missing_row, "AF-ENROLL-27").always(
    BEARER_INVALID, "The MFA API answers a request without a token as one with a bad token."
)
dialect("insufficient-scope-with-401", MfaAccess.scope_missing_row, "AF-ENROLL-29").always(
    SCOPE_MISSING_401, "A token without the scope is answered with status 401."
)
dialect("opaque-token-removes-confirmed-factors", MfaAccess.may_remove, "AF-LIST-15").always(
    True, "The opaque token removes a confirmed factor before a second factor was shown."
)
dialect("access-token-is-no-mfa-token", MfaAccess.takes_access_token, "AF-CONF-06").always(
    False, "An access token for the MFA API is refused as mfa_token."
)
dialect("malformed-mfa-token-with-401", MfaAccess.malformed_row, "AF-CONF-30").always(
    MFA_TOKEN_MALFORMED_401, "A malformed mfa_token is answered with status 401."
)
fault("token-of-any-audience-accepted", MfaAccess.audience_is_right, "AF-ENROLL-25").always(
    True, "The MFA API lets in tokens that were made for another API."
)
fault("enroll-scope-not-demanded", MfaAccess.scope_is_enough, "AF-API-13").always(
    True, "Any token for the MFA API may do everything there."
)
fault("token-of-another-application-works", MfaAccess.is_of_client, "AF-CONF-28").always(
    True, "An application may confirm with a token that another one was given."
)
fault("header-is-not-looked-at", MfaAccess.header_fits, "AF-CONF-02 AF-CONF-04").always(
    True, "A confirmation is accepted beneath the bearer token of another user."
)

dialect("mfa-token-lives-five-minutes", MfaTokens.lifetime, "AF-MFA-08").always(
    300.0, "An opaque mfa_token lives five minutes."
)
fault("mfa-token-never-ends", MfaTokens.has_expired, "AF-MFA-09").always(False, "An opaque mfa_token never ends.")
dialect("expired-mfa-token-with-401", MfaTokens.expired_row, "AF-MFA-11").always(
    MFA_TOKEN_EXPIRED_401, "An expired mfa_token is answered with status 401."
)

dialect("mfa-required-with-401", MfaRequired.row, "AF-MFA-03").always(
    MFA_REQUIRED_401, "mfa_required is answered with status 401."
)
dialect("mfa-required-without-requirements", MfaRequired.says_requirements, "AF-MFA-05").always(
    False, "mfa_required does not say what there is to answer with or to enroll."
)

dialect("challenge-takes-access-token", Challenges.takes_access_token, "AF-CHAL-06").always(
    True, "A challenge can be asked for with an access token for the MFA API."
)
dialect("challenge-says-association-required", Challenges.not_enrolled_row, "AF-CHAL-08").always(
    ASSOCIATION_REQUIRED, "A challenge of a user without a factor is refused as association_required."
)

dialect("push-rejection-is-invalid-grant", Pushes.rejected_row, "AF-CONF-35").always(
    PUSH_REJECTED_AS_GRANT, "A push that was denied is refused as invalid_grant."
)


@fault("expired-token-removes", MfaAccess.is_past, "AF-LIST-12")
def _(self: MfaAccess, claims: Claims, scope: str) -> bool:
    """A token that ran out still removes factors."""
    return scope != "remove:authenticators" and MfaAccess.is_past(self, claims, scope)


@dialect("presented-token-ends", MfaAccess.after_confirmation, "AF-CONF-16")
def _(self: MfaAccess, bearer: Bearer) -> None:
    """A confirmation ends the access token that was presented."""
    if bearer.access_token is not None:
        self.tenant.store.ended_tokens.add(bearer.access_token)


@fault("header-decides-who-is-enrolled", MfaAccess.present, "AF-CONF-04")
def _(self: MfaAccess, mfa_token: str, header: str | None, application: Application) -> Bearer:
    """Of two users's tokens in a confirmation, the one in the header decides who is enrolled."""
    owner = MfaAccess.present(self, mfa_token, None, application)
    claims = self.tenant.signatures.read(header or "")
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


@fault("secret-demanded-at-confirmation", MfaAccess.present, "AF-CLIENT-02")
def _(self: MfaAccess, mfa_token: str, header: str | None, application: Application) -> Bearer:
    """A confirmation demands a secret, also of applications that cannot have one."""
    if application.client_secret is None:
        raise Refused(self.tenant.applications.refused_row())
    return MfaAccess.present(self, mfa_token, header, application)


@fault("id-token-enrolls", MfaAccess.bearer, "AF-ENROLL-25")
def _(self: MfaAccess, claims: Claims) -> Bearer | None:
    """The MFA API lets in id tokens."""
    user = self.tenant.store.users.get(str(claims.get("sub")))
    application = self.tenant.store.applications.get(str(claims.get("aud")))
    if user is not None and application is not None:
        return Bearer(user, application, list(MFA_SCOPES), self.tenant.audiences.mfa())
    return MfaAccess.bearer(self, claims)


@fault("reading-needs-no-scope", MfaAccess.scope_is_enough, "AF-API-13")
def _(self: MfaAccess, bearer: Bearer, scope: str) -> bool:
    """Any token for the MFA API lists factors."""
    return scope == "read:authenticators" or MfaAccess.scope_is_enough(self, bearer, scope)


@fault("removing-needs-no-scope", MfaAccess.scope_is_enough, "AF-API-13")
def _(self: MfaAccess, bearer: Bearer, scope: str) -> bool:
    """Any token for the MFA API removes factors."""
    return scope == "remove:authenticators" or MfaAccess.scope_is_enough(self, bearer, scope)


@fault("token-without-audience-enrolls", MfaTokens.find, "AF-ENROLL-25")
def _(self: MfaTokens, token: str) -> MfaTransaction | None:
    """An access token for no API enrolls."""
    opaque = self.tenant.store.opaque_tokens.get(token)
    if opaque is None:
        return MfaTokens.find(self, token)
    application = next(iter(self.tenant.store.applications.values()))
    order = Order(self.tenant.users.get(opaque.user_id), application, None, opaque.scopes)
    return MfaTransaction(order, opaque.expires_at)


@fault("app-alone-is-not-asked-for", MfaRequired.is_wanted, "AF-MFA-12")
def _(self: MfaRequired, order: Order) -> bool:
    """Without a browser only phones are asked for."""
    usable = self.tenant.second_factor.usable(order.user)
    return any(one.kind == "sms" for one in usable) and MfaRequired.is_wanted(self, order)


@fault("application-without-mfa-asks-nobody", MfaRequired.is_wanted, "AF-API-14")
def _(self: MfaRequired, order: Order) -> bool:
    """An application without the MFA grant gets tokens for a password alone."""
    return self.tenant.grants.is_allowed(order.application, grants.MFA_OOB) and MfaRequired.is_wanted(self, order)


@fault("password-grant-asks-nobody", MfaRequired.is_wanted, "AF-MFA-01")
def _(self: MfaRequired, order: Order) -> bool:
    """A password without a browser earns tokens past the second factor."""
    return order.family is not None and MfaRequired.is_wanted(self, order)


@fault("refresh-token-asks-nobody", MfaRequired.is_wanted, "AF-MFA-01 AF-MFA-14")
def _(self: MfaRequired, order: Order) -> bool:
    """A refresh token from before the factor earns tokens past it."""
    return order.family is None and MfaRequired.is_wanted(self, order)


@dialect("whoever-is-enrolled-is-asked", MfaRequired.is_wanted, "AF-MFA-13")
def _(self: MfaRequired, order: Order) -> bool:
    """Passwords and refresh tokens ask whoever is enrolled for a second factor, whatever the policy."""
    return not order.second_factor and self.tenant.second_factor.is_enrolled(order.user)


@fault("nobody-can-be-asked", Challenges.begin, "AF-CHAL-12")
def _(self: Challenges, bearer: Bearer, asked: list[str], authenticator_id: str | None) -> Answer:
    """A challenge finds nobody enrolled."""
    raise Refused(NOT_ENROLLED)


@fault("anybodys-phone-can-be-asked", Challenges.nameable, "AF-CHAL-11")
def _(self: Challenges, usable: list[Authenticator]) -> list[Authenticator]:
    """A challenge may name the authenticator of somebody else."""
    return list(self.tenant.store.authenticators.values())


@fault("unconfirmed-phone-can-be-asked", Challenges.nameable, "AF-CHAL-11 AF-API-16")
def _(self: Challenges, usable: list[Authenticator]) -> list[Authenticator]:
    """A challenge may name a phone of the user's own that nobody confirmed."""
    return [one for one in self.tenant.store.authenticators.values() if one.user_id == usable[0].user_id]


@dialect("unsupported-challenge-type-with-403", Challenges.unsupported, "AF-CHAL-10")
def _(self: Challenges, row: Row) -> Row:
    """What a user does not have is answered with status 403."""
    return replace(row, status=403)


@fault("challenge-without-binding-method", Challenges.oob_answer, "AF-CHAL-03")
def _(self: Challenges, code: SentCode) -> Answer:
    """The answer to a challenge does not say that a code is to be typed."""
    return {"challenge_type": "oob", "oob_code": code.oob_code}
