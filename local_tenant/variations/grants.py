"""Applications, and what each of their grants is worth at the token endpoint."""

from __future__ import annotations

from dataclasses import replace

from local_tenant.errors import BAD_VERIFIER_401, CLIENT_INVALID, NO_CLIENT_GRANT_BY_NAME
from local_tenant.model import Application, Order
from local_tenant.rules import grants
from local_tenant.rules.applications import Applications
from local_tenant.rules.grants import AuthorizationCodes, Grants, PasswordGrant, RefreshTokens
from local_tenant.variations.table import dialect, fault

dialect("client-refused-as-invalid-client", Applications.refused_row, "AF-CLIENT-05").always(
    CLIENT_INVALID, "An application that does not prove itself is refused as invalid_client."
)
fault("secret-not-demanded", Applications.secret_is_right, "AF-CLIENT-03").always(
    True, "A web application needs no secret."
)

dialect("client-grant-in-newer-words", Grants.no_client_grant_row, "AF-GRANT-32").always(
    NO_CLIENT_GRANT_BY_NAME, "An application without a client grant is told so in the newer wording."
)
dialect("mfa-grant-refused-at-associate", Grants.missing_is_noticed_at, "AF-CONF-22").always(
    "associate", "An enrollment is refused at its beginning when the application lacks the MFA grant."
)
dialect("mfa-grant-refused-at-authorize", Grants.missing_is_noticed_at, "AF-AUTHZ-35").always(
    "authorize", "A sign-in for the MFA API is refused when the application lacks the MFA grant."
)
fault("mfa-grant-not-demanded", Grants.is_allowed, "AF-API-01 AF-CONF-21").always(
    True, "An application enrolls users without having the MFA grant."
)

fault("authorization-code-never-ends", AuthorizationCodes.lifetime, "AF-GRANT-05").always(
    float("inf"), "A code of a callback is good for ever."
)
fault(
    "authorization-code-of-another-application-works", AuthorizationCodes.is_of_client, "AF-GRANT-05 AF-GRANT-04"
).always(True, "A code is exchanged by any application.")
fault("redirect-is-not-compared", AuthorizationCodes.redirect_is_right, "AF-GRANT-09").always(
    True, "Whoever presents a code may name any callback."
)
fault("authorization-code-works-twice", AuthorizationCodes.spend, "AF-GRANT-05 AF-GRANT-04").always(
    None, "An authorization code can be used again."
)
fault("verifier-may-be-left-out", AuthorizationCodes.is_missed, "AF-GRANT-08").always(
    False, "A code is exchanged without its PKCE verifier; only a wrong one is refused."
)
dialect("wrong-verifier-with-401", AuthorizationCodes.bad_verifier_row, "AF-GRANT-07").always(
    BAD_VERIFIER_401, "A wrong PKCE verifier meets 401."
)
fault("verifier-not-checked", AuthorizationCodes.verifier_is_right, "AF-GRANT-06").always(
    True, "Any PKCE verifier passes."
)

dialect("refresh-token-stays", RefreshTokens.rotates, "AF-GRANT-28").always(
    False, "A refresh token stays the same however often it is used."
)
fault("refresh-token-of-another-application-works", RefreshTokens.is_of_client, "AF-GRANT-26").always(
    True, "A refresh token is good in any application's hands."
)
fault("used-refresh-token-accepted", RefreshTokens.was_used, "AF-GRANT-27").always(
    False, "A refresh token can be used again after another took its place."
)


@dialect("surplus-secret-is-refused", Applications.surplus_secret_is_harmless, "AF-CLIENT-07")
def _(self: Applications, given: str | None) -> bool:
    """A public application that sends a secret is refused."""
    return given is None


@fault("any-secret-accepted", Applications.secret_is_right, "AF-CLIENT-03")
def _(self: Applications, application: Application, given: str | None) -> bool:
    """Any secret proves an application, as long as there is one."""
    return bool(given)


@fault("any-callback-accepted", Applications.callback_is_allowed, "AF-AUTHZ-10")
def _(self: Applications, application: Application, url: str) -> bool:
    """A code is sent to whatever address asks for it."""
    return url.startswith("https://")


@fault("callback-compared-in-part", Applications.callback_is_allowed, "AF-AUTHZ-10")
def _(self: Applications, application: Application, url: str) -> bool:
    """A callback counts that begins as a registered one does."""
    return any(url.startswith(own) for own in application.callbacks)


@fault("only-forms-are-read", Grants.reads, "AF-GRANT-01")
def _(self: Grants, notation: str) -> bool:
    """A token request as a JSON object is refused."""
    return notation == "application/x-www-form-urlencoded"


@fault("named-connection-asks-nobody", PasswordGrant.redeem, "AF-MFA-01")
def _(
    self: PasswordGrant, application: Application, username: str, password: str, realm: str | None,
    audience: str | None, asked: list[str],
) -> Order:  # fmt: skip
    """A password with the connection's name earns tokens without a second factor."""
    order = PasswordGrant.redeem(self, application, username, password, realm, audience, asked)
    return replace(order, second_factor=True) if realm else order


@fault("refresh-token-unasked", RefreshTokens.is_given, "AF-GRANT-12")
def _(self: RefreshTokens, order: Order) -> bool:
    """A refresh token comes with every answer, asked for or not."""
    return self.tenant.grants.is_allowed(order.application, grants.REFRESH_TOKEN)


@fault("refreshing-changes-the-user", RefreshTokens.redeem, "AF-GRANT-24")
def _(self: RefreshTokens, application: Application, token: str, asked: list[str]) -> Order:
    """A refresh token brings tokens of somebody else."""
    order = RefreshTokens.redeem(self, application, token, asked)
    others = [one for one in self.tenant.store.users.values() if one is not order.user]
    return replace(order, user=others[0]) if others else order


@fault("refreshing-adds-scopes", RefreshTokens.granted_scopes, "AF-GRANT-24")
def _(self: RefreshTokens, granted: list[str], asked: list[str]) -> list[str]:
    """Whoever refreshes gets whatever scopes are asked for."""
    return list(dict.fromkeys([*granted, *asked]))
