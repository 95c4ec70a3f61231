"""Variations of client authentication and of the grants at the token endpoint."""

from __future__ import annotations

from dataclasses import replace

from local_tenant.errors import BAD_VERIFIER_401, CLIENT_INVALID, NO_CLIENT_GRANT_BY_NAME
from local_tenant.model import Application, TokenRequest
from local_tenant.rules import grants
from local_tenant.rules.applications import Applications
from local_tenant.rules.grants import AuthorizationCodes, Grants, PasswordGrant, RefreshTokens
from local_tenant.variations import dialect, fault

dialect("client-refused-as-invalid-client", Applications.refused_row, "AF-CLIENT-05").always(
    CLIENT_INVALID, "Failed client authentication is refused with `invalid_client`."
)
fault("client-secret-not-required", Applications.secret_is_right, "AF-CLIENT-03").always(
    True, "A web application needs no client secret."
)

dialect("missing-client-grant-in-newer-wording", Grants.no_client_grant_row, "AF-GRANT-32").always(
    NO_CLIENT_GRANT_BY_NAME, "The error for a missing client grant has the newer wording."
)
dialect("mfa-grant-refused-at-associate", Grants.mfa_grant_checked_at, "AF-CONF-22").always(
    "associate", "Without the MFA grant, starting an enrollment is refused."
)
dialect("mfa-grant-refused-at-authorize", Grants.mfa_grant_checked_at, "AF-AUTHZ-35").always(
    "authorize", "Without the MFA grant, a sign-in for the MFA API is refused."
)
fault("mfa-grant-not-required", Grants.is_allowed, "AF-API-01 AF-CONF-21").always(
    True, "An application without the MFA grant can enroll factors."
)

fault("authorization-code-never-expires", AuthorizationCodes.lifetime, "AF-GRANT-05").always(
    float("inf"), "An authorization code never expires."
)
fault(
    "authorization-code-of-another-application-works", AuthorizationCodes.is_of_client, "AF-GRANT-05 AF-GRANT-04"
).always(True, "An application can redeem another application's authorization code.")
fault("redirect-uri-not-compared", AuthorizationCodes.redirect_is_right, "AF-GRANT-09").always(
    True, "The token endpoint does not compare the redirect URI with that of the sign-in."
)
fault("authorization-code-works-twice", AuthorizationCodes.mark_used, "AF-GRANT-05 AF-GRANT-04").always(
    None, "An authorization code can be redeemed twice."
)
fault("verifier-not-required", AuthorizationCodes.refuses_missing_verifier, "AF-GRANT-08").always(
    False, "An authorization code can be redeemed without its PKCE verifier; a wrong one is refused."
)
dialect("wrong-verifier-with-401", AuthorizationCodes.bad_verifier_row, "AF-GRANT-07").always(
    BAD_VERIFIER_401, "A wrong PKCE verifier is refused with status 401."
)
fault("verifier-not-checked", AuthorizationCodes.verifier_is_right, "AF-GRANT-06").always(
    True, "Any PKCE verifier is accepted."
)

dialect("refresh-token-not-rotated", RefreshTokens.rotates, "AF-GRANT-28").always(
    False, "A refresh token is not rotated."
)
fault("refresh-token-of-another-application-works", RefreshTokens.is_of_client, "AF-GRANT-26").always(
    True, "An application can use another application's refresh token."
)
fault("used-refresh-token-accepted", RefreshTokens.was_used, "AF-GRANT-27").always(
    False, "A rotated refresh token can still be used."
)


@dialect("secret-of-a-public-application-refused", Applications.ignores_surplus_secret, "AF-CLIENT-07")
def _(self: Applications, given: str | None) -> bool:
    """A public application that sends a client secret is refused."""
    return given is None


@fault("any-client-secret-accepted", Applications.secret_is_right, "AF-CLIENT-03")
def _(self: Applications, application: Application, given: str | None) -> bool:
    """Any client secret is accepted, as long as one is sent."""
    return bool(given)


@fault("any-redirect-uri-accepted", Applications.callback_is_allowed, "AF-AUTHZ-10")
def _(self: Applications, application: Application, url: str) -> bool:
    """An authorization code is sent to any redirect URI."""
    return url.startswith("https://")


@fault("redirect-uri-compared-by-prefix", Applications.callback_is_allowed, "AF-AUTHZ-10")
def _(self: Applications, application: Application, url: str) -> bool:
    """A redirect URI is accepted if it begins with a registered callback URL."""
    return any(url.startswith(own) for own in application.callbacks)


@fault("json-token-request-refused", Grants.accepts_content_type, "AF-GRANT-01")
def _(self: Grants, notation: str) -> bool:
    """The token endpoint refuses a JSON body."""
    return notation == "application/x-www-form-urlencoded"


@fault("no-mfa-with-the-realm-grant", PasswordGrant.redeem, "AF-MFA-01")
def _(
    self: PasswordGrant, application: Application, username: str, password: str, realm: str | None,
    audience: str | None, requested: list[str],
) -> TokenRequest:  # fmt: skip
    """The password-realm grant issues tokens without MFA."""
    token_request = PasswordGrant.redeem(self, application, username, password, realm, audience, requested)
    return replace(token_request, second_factor=True) if realm else token_request


@fault("refresh-token-not-requested", RefreshTokens.is_issued, "AF-GRANT-12")
def _(self: RefreshTokens, token_request: TokenRequest) -> bool:
    """A refresh token is issued without the scope `offline_access`."""
    return self.tenant.grants.is_allowed(token_request.application, grants.REFRESH_TOKEN)


@fault("refreshing-changes-the-user", RefreshTokens.redeem, "AF-GRANT-24")
def _(self: RefreshTokens, application: Application, token: str, requested: list[str]) -> TokenRequest:
    """A refresh returns tokens of another user."""
    token_request = RefreshTokens.redeem(self, application, token, requested)
    others = [one for one in self.tenant.store.users.values() if one is not token_request.user]
    return replace(token_request, user=others[0]) if others else token_request


@fault("refreshing-adds-scopes", RefreshTokens.granted_scopes, "AF-GRANT-24")
def _(self: RefreshTokens, granted: list[str], requested: list[str]) -> list[str]:
    """A refresh grants scopes that the sign-in did not."""
    return list(dict.fromkeys([*granted, *requested]))
