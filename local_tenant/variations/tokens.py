"""Variations of tokens, signatures and the userinfo endpoint."""

from __future__ import annotations

import base64
import json
from functools import cache

from joserfc.jwk import RSAKey

from local_tenant.model import Claims, OpaqueToken, TokenRequest
from local_tenant.rules.audiences import Audiences, Userinfo
from local_tenant.rules.tokens import Signatures, Tokens
from local_tenant.variations import dialect, fault

fault("token-names-another-user", Tokens.subject, "AF-TOKEN-03").always(
    "auth0|000000000000000000000000", "The access token names another user."
)
fault("token-scope-differs-from-response", Tokens.scope_claim, "AF-TOKEN-06").always(
    "openid", "The response names other scopes than the token."
)
fault("token-valid-a-day", Tokens.lifetime, "AF-API-18").always(86_400, "An MFA API token is valid for one day.")
fault("expires-in-is-wrong", Tokens.expires_in, "AF-API-18").always(
    86_400, "`expires_in` says one day for a token that is valid for ten minutes."
)
fault("token-type-is-not-bearer", Tokens.token_type, "AF-CONF-07").always(
    "MAC", "The response gives the token type `MAC`."
)
fault("id-token-missing", Tokens.has_id_token, "AF-TOKEN-11").always(
    False, "A request with the scope `openid` gets no `id_token`."
)
fault("id-token-not-requested", Tokens.has_id_token, "AF-TOKEN-11").always(
    True, "An `id_token` is issued without the scope `openid`."
)
fault("confirmation-without-id-token", Tokens.confirmation_has_id_token, "AF-CONF-13").always(
    False, "A confirmation returns no `id_token`."
)
fault("nonce-missing", Tokens.nonce, "AF-AUTHZ-03").always(None, "The `id_token` lacks the nonce.")
fault("expired-token-accepted", Tokens.has_expired, "AF-ENROLL-25").always(False, "An expired token is accepted.")


@cache
def _another() -> RSAKey:
    return RSAKey.generate_key(2048)


@fault("unknown-audience-accepted", Audiences.resolve, "AF-AUTHZ-14")
def _(self: Audiences, requested: str) -> str:
    """A sign-in with an unknown audience succeeds."""
    return requested if requested in (self.mfa(), self.management()) else self.userinfo()


@dialect("audience-without-slash-accepted", Audiences.resolve, "AF-API-09")
def _(self: Audiences, requested: str) -> str:
    """The MFA API's audience is also accepted without its trailing slash."""
    return self.mfa() if f"{requested}/" == self.mfa() else requested


@fault("audience-without-slash-names-another-api", Audiences.resolve, "AF-API-08")
def _(self: Audiences, requested: str) -> str:
    """The MFA API's audience without its trailing slash is accepted, and stands for another API."""
    return self.userinfo() if f"{requested}/" == self.mfa() else requested


@fault("issuer-without-slash", Tokens.issuer, "AF-TOKEN-02")
def _(self: Tokens) -> str:
    """The issuer lacks its trailing slash."""
    return Tokens.issuer(self).rstrip("/")


@fault("token-of-a-challenge-names-another-user", Tokens.subject, "AF-MFA-16")
def _(self: Tokens, token_request: TokenRequest) -> str:
    """The token issued after the MFA challenge of a password grant names another user."""
    answers = token_request.grant == "password" and token_request.second_factor
    return "auth0|000000000000000000000000" if answers else Tokens.subject(self, token_request)


@fault("mfa-audience-missing", Tokens.audience_claim, "AF-TOKEN-04")
def _(self: Tokens, token_request: TokenRequest) -> str | list[str]:
    """The MFA API token lacks the MFA audience."""
    return self.tenant.audiences.userinfo()


@fault("token-with-a-second-audience", Tokens.audience_claim, "AF-TOKEN-05")
def _(self: Tokens, token_request: TokenRequest) -> str | list[str]:
    """The MFA API token also has the audience of the Management API."""
    named = Tokens.audience_claim(self, token_request)
    return [*named, f"https://{self.tenant.domain}/api/v2/"] if isinstance(named, list) else named


@fault("userinfo-audience-missing", Tokens.audience_claim, "AF-TOKEN-04")
def _(self: Tokens, token_request: TokenRequest) -> str | list[str]:
    """The MFA API token lacks the userinfo audience, although `openid` was requested."""
    return token_request.audience or ""


@fault("token-names-another-application", Tokens.authorized_party, "AF-TOKEN-03")
def _(self: Tokens, token_request: TokenRequest) -> str:
    """The access token names another application."""
    others = self.tenant.store.applications
    return next(one for one in others if one != token_request.application.client_id)


@fault("token-of-a-confirmation-names-another-application", Tokens.authorized_party, "AF-TOKEN-03")
def _(self: Tokens, token_request: TokenRequest) -> str:
    """The token of a confirmation names another application."""
    confirms = token_request.second_factor and "openid" not in token_request.scopes
    return "another" if confirms else Tokens.authorized_party(self, token_request)


@fault("any-scope-granted", Tokens.granted_scopes, "AF-TOKEN-07")
def _(self: Tokens, audience: str | None, requested: list[str]) -> list[str]:
    """Every requested scope is granted."""
    return requested


@fault("enroll-scope-not-granted", Tokens.granted_scopes, "AF-API-13")
def _(self: Tokens, audience: str | None, requested: list[str]) -> list[str]:
    """A sign-in does not grant the scope `enroll`."""
    return [scope for scope in Tokens.granted_scopes(self, audience, requested) if scope != "enroll"]


@fault("confirmation-adds-scopes", Tokens.confirmation_scopes, "AF-CONF-10")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation has a scope that was not requested."""
    return [*Tokens.confirmation_scopes(self, presented), "read:users"]


@fault("confirmation-drops-scopes", Tokens.confirmation_scopes, "AF-CONF-07")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation lacks the scope `enroll`."""
    return [scope for scope in Tokens.confirmation_scopes(self, presented) if scope != "enroll"]


@dialect("confirmation-keeps-scopes", Tokens.confirmation_scopes, "AF-CONF-12")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation has the scopes of the MFA API token, including `openid`."""
    return presented


@dialect("confirmation-grants-openid-profile", Tokens.confirmation_scopes, "AF-CONF-08")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation has the scopes `openid profile`."""
    return ["openid", "profile"]


@fault("id-token-is-expired", Tokens.id_claims, "AF-TOKEN-10")
def _(self: Tokens, token_request: TokenRequest) -> Claims:
    """The issued `id_token` is already expired."""
    now = int(self.tenant.clock.now())
    return Tokens.id_claims(self, token_request) | {"iat": now - 7200, "exp": now - 3600}


@fault("id-token-of-a-confirmation-names-another-user", Tokens.id_claims, "AF-CONF-10")
def _(self: Tokens, token_request: TokenRequest) -> Claims:
    """The `id_token` of a confirmation names another user."""
    confirms = token_request.second_factor and "openid" not in token_request.scopes
    return Tokens.id_claims(self, token_request) | ({"sub": "auth0|000000000000000000000000"} if confirms else {})


@fault("amr-without-mfa", Tokens.amr, "AF-API-21")
def _(self: Tokens, token_request: TokenRequest) -> list[str]:
    """The `id_token` does not say that MFA was completed."""
    return []


@fault("amr-always-says-mfa", Tokens.amr, "AF-API-21")
def _(self: Tokens, token_request: TokenRequest) -> list[str]:
    """The `id_token` says that MFA was completed where it was not."""
    return ["mfa"]


@fault("key-set-shows-another-key", Signatures.published_key, "AF-TOKEN-08")
def _(self: Signatures) -> RSAKey:
    """The published key set does not contain the signing key."""
    return _another()


@fault("key-in-the-token-trusted", Signatures.verify, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token is verified with the key in its own header."""
    try:
        header, payload, _ = token.split(".")
        brings_key = "jwk" in json.loads(base64.urlsafe_b64decode(f"{header}==="))
        claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
    except ValueError:
        return None
    return claims if brings_key else Signatures.verify(self, token)


@fault("signature-not-checked", Signatures.verify, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token's signature is not checked."""
    try:
        _, payload, _ = token.split(".")
        claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
    except ValueError:
        return None
    return claims


@fault("token-of-another-issuer-accepted", Signatures.verify, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token of another issuer is accepted."""
    try:
        said = base64.urlsafe_b64decode(f"{token.split('.')[1]}===").decode()
        issuer = json.loads(said)["iss"]
    except (ValueError, IndexError, KeyError):
        return None
    if issuer == self.tenant.tokens.issuer():
        return Signatures.verify(self, token)
    claims: Claims = json.loads(said.replace(issuer, self.tenant.tokens.issuer()))
    known = self.tenant.store.applications
    return claims if claims.get("azp") in known else claims | {"azp": next(iter(known))}


@fault("unsigned-token-accepted", Signatures.verify, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token with the algorithm `none` is accepted."""
    try:
        header, payload, _ = (base64.urlsafe_b64decode(f"{part}===") for part in token.split("."))
        unsigned = json.loads(header).get("alg") == "none"
    except ValueError:
        return None
    claims: Claims = json.loads(payload)
    return claims if unsigned else Signatures.verify(self, token)


@fault("userinfo-names-another-user", Userinfo.claims, "AF-TOKEN-12")
def _(self: Userinfo, token: str | None) -> Claims:
    """The userinfo endpoint names another user."""
    return Userinfo.claims(self, token) | {"sub": "auth0|another-user"}


@fault("userinfo-takes-any-token", Userinfo.read, "AF-TOKEN-12")
def _(self: Userinfo, token: str) -> OpaqueToken | None:
    """The userinfo endpoint accepts any token that the tenant issued."""
    claims = self.tenant.signatures.verify(token)
    if claims is None:
        return Userinfo.read(self, token)
    return OpaqueToken(str(claims.get("sub")), [], self.tenant.clock.now() + 600)
