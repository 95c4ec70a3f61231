"""What tokens claim, which are believed, and what the userinfo endpoint tells."""

from __future__ import annotations

import base64
import json
from functools import cache

from joserfc.jwk import RSAKey

from local_tenant.model import Claims, OpaqueToken, Order
from local_tenant.rules.audiences import Audiences, Userinfo
from local_tenant.rules.signatures import Signatures
from local_tenant.rules.tokens import Tokens
from local_tenant.variations.table import dialect, fault

fault("token-names-another-user", Tokens.subject, "AF-TOKEN-03").always(
    "auth0|000000000000000000000000", "The access token names nobody who signed in."
)
fault("token-scope-differs-from-answer", Tokens.scope_claim, "AF-TOKEN-06").always(
    "openid", "The answer names other scopes than the token inside it."
)
fault("token-lives-a-day", Tokens.lifetime, "AF-API-18").always(86_400, "A token for the MFA API lives a day.")
fault("expires-in-is-not-the-lifetime", Tokens.announced_lifetime, "AF-API-18").always(
    86_400, "The answer says a day for a token that lives ten minutes."
)
fault("token-type-is-not-bearer", Tokens.token_type, "AF-CONF-07").always(
    "MAC", "The answer calls the token's type MAC."
)
fault("id-token-missing", Tokens.has_id_token, "AF-TOKEN-11").always(False, "`openid` brings no id_token.")
fault("id-token-unasked", Tokens.has_id_token, "AF-TOKEN-11").always(
    True, "An id_token comes though nobody asked for `openid`."
)
fault("confirmation-without-id-token", Tokens.confirmation_has_id_token, "AF-CONF-13").always(
    False, "A confirmation never hands back an id_token."
)
fault("nonce-does-not-come-back", Tokens.nonce, "AF-AUTHZ-03").always(None, "The id_token carries no nonce.")
fault("expired-token-accepted", Tokens.has_expired, "AF-ENROLL-25").always(False, "A token is believed after its time.")


@cache
def _another() -> RSAKey:
    return RSAKey.generate_key(2048)


@fault("any-audience-is-found", Audiences.resolve, "AF-AUTHZ-14")
def _(self: Audiences, asked: str) -> str:
    """A sign-in for an API that is not there succeeds."""
    return asked if asked in (self.mfa(), self.management()) else self.userinfo()


@dialect("audience-without-slash", Audiences.resolve, "AF-API-09")
def _(self: Audiences, asked: str) -> str:
    """The MFA API is found by its audience without the trailing slash too."""
    return self.mfa() if f"{asked}/" == self.mfa() else asked


@fault("audience-without-slash-names-another-api", Audiences.resolve, "AF-API-08")
def _(self: Audiences, asked: str) -> str:
    """The MFA API's name without its slash is found, and is another API."""
    return self.userinfo() if f"{asked}/" == self.mfa() else asked


@fault("issuer-without-slash", Tokens.issuer, "AF-TOKEN-02")
def _(self: Tokens) -> str:
    """The issuer lacks its trailing slash."""
    return Tokens.issuer(self).rstrip("/")


@fault("token-of-a-question-names-another-user", Tokens.subject, "AF-MFA-16")
def _(self: Tokens, order: Order) -> str:
    """Whoever answers the question of a password without a browser gets the token of nobody who asked."""
    answers = order.grant == "password" and order.second_factor
    return "auth0|000000000000000000000000" if answers else Tokens.subject(self, order)


@fault("mfa-audience-missing", Tokens.audience_claim, "AF-TOKEN-04")
def _(self: Tokens, order: Order) -> str | list[str]:
    """The access token is not for the MFA API."""
    return self.tenant.audiences.userinfo()


@fault("token-is-for-another-api-too", Tokens.audience_claim, "AF-TOKEN-05")
def _(self: Tokens, order: Order) -> str | list[str]:
    """The access token for the MFA API is one for the Management API as well."""
    named = Tokens.audience_claim(self, order)
    return [*named, f"https://{self.tenant.domain}/api/v2/"] if isinstance(named, list) else named


@fault("userinfo-audience-missing", Tokens.audience_claim, "AF-TOKEN-04")
def _(self: Tokens, order: Order) -> str | list[str]:
    """The access token names the MFA API alone though `openid` was asked for."""
    return order.audience or ""


@fault("token-names-another-application", Tokens.authorized_party, "AF-TOKEN-03")
def _(self: Tokens, order: Order) -> str:
    """The access token says that another application asked for it."""
    others = self.tenant.store.applications
    return next(one for one in others if one != order.application.client_id)


@fault("token-of-a-confirmation-names-another-application", Tokens.authorized_party, "AF-TOKEN-03")
def _(self: Tokens, order: Order) -> str:
    """The token of a confirmation names an application that did not confirm."""
    confirms = order.second_factor and "openid" not in order.scopes
    return "another" if confirms else Tokens.authorized_party(self, order)


@fault("any-scope-is-granted", Tokens.granted_scopes, "AF-TOKEN-07")
def _(self: Tokens, audience: str | None, asked: list[str]) -> list[str]:
    """Whatever scope is asked for is granted."""
    return asked


@fault("scopes-not-granted", Tokens.granted_scopes, "AF-API-13")
def _(self: Tokens, audience: str | None, asked: list[str]) -> list[str]:
    """A sign-in does not grant `enroll`."""
    return [scope for scope in Tokens.granted_scopes(self, audience, asked) if scope != "enroll"]


@fault("confirmation-adds-scopes", Tokens.confirmation_scopes, "AF-CONF-10")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation has a scope that nobody asked for."""
    return [*Tokens.confirmation_scopes(self, presented), "read:users"]


@fault("confirmation-drops-scopes", Tokens.confirmation_scopes, "AF-CONF-07")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """The token of a confirmation can no longer enroll."""
    return [scope for scope in Tokens.confirmation_scopes(self, presented) if scope != "enroll"]


@dialect("confirmation-keeps-scopes", Tokens.confirmation_scopes, "AF-CONF-12")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """A confirmation hands back the scopes of the presented token unchanged, `openid` included."""
    return presented


@dialect("confirmation-says-openid-profile", Tokens.confirmation_scopes, "AF-CONF-08")
def _(self: Tokens, presented: list[str]) -> list[str]:
    """A confirmation hands back a token for openid profile."""
    return ["openid", "profile"]


@fault("id-token-has-expired", Tokens.id_claims, "AF-TOKEN-10")
def _(self: Tokens, order: Order) -> Claims:
    """The id_token that comes has expired already."""
    now = int(self.tenant.clock.now())
    return Tokens.id_claims(self, order) | {"iat": now - 7200, "exp": now - 3600}


@fault("id-token-of-a-confirmation-names-another", Tokens.id_claims, "AF-CONF-10")
def _(self: Tokens, order: Order) -> Claims:
    """The id token of a confirmation names nobody who confirmed."""
    confirms = order.second_factor and "openid" not in order.scopes
    return Tokens.id_claims(self, order) | ({"sub": "auth0|000000000000000000000000"} if confirms else {})


@fault("second-factor-not-told", Tokens.methods, "AF-API-21")
def _(self: Tokens, order: Order) -> list[str]:
    """The id_token does not say that a second factor was used."""
    return []


@fault("second-factor-told-without-one", Tokens.methods, "AF-API-21")
def _(self: Tokens, order: Order) -> list[str]:
    """The id_token says that a second factor was used where none was."""
    return ["mfa"]


@fault("key-set-shows-another-key", Signatures.published_key, "AF-TOKEN-08")
def _(self: Signatures) -> RSAKey:
    """The key set shows another key than the one that signs."""
    return _another()


@fault("key-in-the-token-believed", Signatures.read, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token that brings its own key along is believed."""
    try:
        header, payload, _ = token.split(".")
        brings_key = "jwk" in json.loads(base64.urlsafe_b64decode(f"{header}==="))
        claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
    except ValueError:
        return None
    return claims if brings_key else Signatures.read(self, token)


@fault("signature-not-looked-at", Signatures.read, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """Tokens are believed whoever signed them."""
    try:
        _, payload, _ = token.split(".")
        claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
    except ValueError:
        return None
    return claims


@fault("token-of-another-issuer-accepted", Signatures.read, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """A token that another issuer signed is believed as if it were the tenant's own."""
    try:
        said = base64.urlsafe_b64decode(f"{token.split('.')[1]}===").decode()
        issuer = json.loads(said)["iss"]
    except (ValueError, IndexError, KeyError):
        return None
    if issuer == self.tenant.tokens.issuer():
        return Signatures.read(self, token)
    claims: Claims = json.loads(said.replace(issuer, self.tenant.tokens.issuer()))
    known = self.tenant.store.applications
    return claims if claims.get("azp") in known else claims | {"azp": next(iter(known))}


@fault("unsigned-token-accepted", Signatures.read, "AF-TOKEN-09")
def _(self: Signatures, token: str) -> Claims | None:
    """Tokens that name the algorithm `none` are believed."""
    try:
        header, payload, _ = (base64.urlsafe_b64decode(f"{part}===") for part in token.split("."))
        unsigned = json.loads(header).get("alg") == "none"
    except ValueError:
        return None
    claims: Claims = json.loads(payload)
    return claims if unsigned else Signatures.read(self, token)


@fault("userinfo-names-somebody-else", Userinfo.claims, "AF-TOKEN-12")
def _(self: Userinfo, token: str | None) -> Claims:
    """The userinfo endpoint names another user."""
    return Userinfo.claims(self, token) | {"sub": "auth0|somebody-else"}


@fault("userinfo-takes-any-token", Userinfo.read, "AF-TOKEN-12")
def _(self: Userinfo, token: str) -> OpaqueToken | None:
    """The userinfo endpoint answers to any token of the tenant."""
    claims = self.tenant.signatures.read(token)
    if claims is None:
        return Userinfo.read(self, token)
    return OpaqueToken(str(claims.get("sub")), [], self.tenant.clock.now() + 600)
