"""Tokens: claims, lifetimes, signatures and keys (AF-API-18, AF-TOKEN-08, AF-TOKEN-09)."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Collection

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.clock import iso
from local_tenant.keys import Keys
from local_tenant.model import Application, Claims, OpaqueToken, TokenRequest, User
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule

MFA_SCOPES = ("enroll", "read:authenticators", "remove:authenticators")
IDENTITY_SCOPES = ("openid", "profile", "email")
OTHER_SCOPES = ("address", "phone", "offline_access")
ID_TOKEN_LIFETIME = 36_000


class Tokens(Rule):
    """The content of tokens and token responses."""

    def response(self, token_request: TokenRequest) -> dict[str, object]:
        """Return the body of a successful token request for a user."""
        self._record_caller(token_request)
        body: dict[str, object] = {"access_token": self.access_token(token_request)}
        if self.has_id_token(token_request):
            body["id_token"] = self.tenant.signatures.sign(self.id_claims(token_request))
        if token_request.scopes:
            body["scope"] = " ".join(token_request.scopes)
        if self.tenant.refresh_tokens.is_issued(token_request):
            body["refresh_token"] = self.tenant.refresh_tokens.issue(token_request)
        return body | {"expires_in": self.expires_in(token_request.audience), "token_type": self.token_type()}

    def _record_caller(self, token_request: TokenRequest) -> None:
        """Record user and application for the log."""
        caller = current_caller()
        caller.user_id, caller.client_id = token_request.user.user_id, token_request.application.client_id
        caller.audience, caller.scope = token_request.audience, " ".join(token_request.scopes)

    def implicit_response(self, token_request: TokenRequest, kinds: Collection[str]) -> dict[str, str]:
        """Return what /authorize issues in the implicit flow: access token, id token, or both (AF-TOKEN-15)."""
        self._record_caller(token_request)
        answer: dict[str, str] = {}
        if "token" in kinds:
            answer["access_token"] = self.access_token(token_request)
            answer |= {"expires_in": str(self._lifetime(token_request)), "token_type": self.token_type()}
            answer["scope"] = " ".join(token_request.scopes)
        if "id_token" in kinds:
            hashed = {"at_hash": _half(answer["access_token"])} if "access_token" in answer else {}
            answer["id_token"] = self.tenant.signatures.sign(self.id_claims(token_request) | hashed)
        return answer

    def access_token(self, token_request: TokenRequest) -> str:
        """Return a JWT for an API, or an opaque string without an audience."""
        if token_request.audience:
            signed = self.tenant.signatures.sign(self.claims(token_request))
            self.tenant.store.ended_tokens.discard(signed)  # equal claims in one second give the same token
            return signed
        token, expires_at = secrets.token_urlsafe(32), self.tenant.clock.now() + self._lifetime(token_request)
        self.tenant.store.opaque_tokens[token] = OpaqueToken(
            token_request.user.user_id, token_request.scopes, expires_at
        )
        return token

    def claims(self, token_request: TokenRequest) -> Claims:
        """Return the claims of an access token (AF-TOKEN-03, AF-TOKEN-04, AF-TOKEN-06)."""
        now = int(self.tenant.clock.now())
        claims: Claims = {
            "iss": self.issuer(),
            "sub": self.subject(token_request),
            "aud": self.audience_claim(token_request),
            "iat": now,
            "exp": now + self._lifetime(token_request),
        }
        if token_request.scopes:
            claims["scope"] = self.scope_claim(token_request)
        if token_request.grant is not None:
            claims["gty"] = token_request.grant
        return claims | {"azp": self.authorized_party(token_request)}

    def issuer(self) -> str:
        """The issuer is the tenant's URL, with its trailing slash."""
        return f"https://{self.tenant.domain}/"

    def subject(self, token_request: TokenRequest) -> str:
        """`sub` is the user."""
        return token_request.user.user_id

    def audience_claim(self, token_request: TokenRequest) -> str | list[str]:
        """`aud` is the API; with the scope `openid`, a list of the API and the userinfo endpoint."""
        audience = token_request.audience or ""
        return [audience, self.tenant.audiences.userinfo()] if "openid" in token_request.scopes else audience

    def scope_claim(self, token_request: TokenRequest) -> str:
        """The token's scopes are those of the response."""
        return " ".join(token_request.scopes)

    def authorized_party(self, token_request: TokenRequest) -> str:
        """`azp` is the application that requested the token."""
        return token_request.application.client_id

    def lifetime(self, audience: str | None) -> int:
        """Seconds: 600 for the MFA API, the API's own setting, or a day."""
        if audience == self.tenant.audiences.mfa():
            return 600
        api = self.tenant.audiences.api(audience)
        return int(api["token_lifetime"]) if api is not None else 86_400

    def lifetime_in_browser(self) -> int:
        """Seconds: tokens that /authorize itself issues are valid for at most two hours."""
        return 7200

    def _lifetime(self, token_request: TokenRequest) -> int:
        lifetime = self.lifetime(token_request.audience)
        return min(lifetime, self.lifetime_in_browser()) if token_request.is_implicit else lifetime

    def expires_in(self, audience: str | None) -> int:
        """`expires_in` is the lifetime."""
        return self.lifetime(audience)

    def token_type(self) -> str:
        """The token type is Bearer."""
        return "Bearer"

    def granted_scopes(self, audience: str | None, requested: list[str]) -> list[str]:
        """The requested scopes that exist are granted, in their order; others are dropped silently."""
        known = IDENTITY_SCOPES + OTHER_SCOPES + (MFA_SCOPES if audience == self.tenant.audiences.mfa() else ())
        api = self.tenant.audiences.api(audience)
        if api is not None and not api["is_system"]:
            known += tuple(one["value"] for one in api["scopes"])
        return [scope for scope in dict.fromkeys(requested) if scope in known]

    def confirmation_scopes(self, presented: list[str]) -> list[str]:
        """A confirmation grants the MFA scopes of the token that was sent (AF-CONF-07, AF-CONF-11)."""
        return [scope for scope in presented if scope in MFA_SCOPES]

    def has_id_token(self, token_request: TokenRequest) -> bool:
        """`openid` requests an id token."""
        return "openid" in token_request.scopes

    def confirmation_has_id_token(self, presented: list[str]) -> bool:
        """A confirmation returns an id token where the token that was sent has `openid`."""
        return "openid" in presented

    def id_claims(self, token_request: TokenRequest) -> Claims:
        """Return the claims of an id token; `amr` contains `mfa` after MFA."""
        now = int(self.tenant.clock.now())
        claims: Claims = {
            "iss": self.issuer(),
            "sub": token_request.user.user_id,
            "aud": token_request.application.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_LIFETIME,
        }
        if (nonce := self.nonce(token_request)) is not None:
            claims["nonce"] = nonce
        if token_request.auth_time is not None:
            claims["auth_time"] = int(token_request.auth_time)
        if methods := self.amr(token_request):
            claims["amr"] = methods
        return claims | self.profile_claims(token_request.user, token_request.scopes)

    def nonce(self, token_request: TokenRequest) -> str | None:
        """The nonce is that of the sign-in."""
        return token_request.nonce

    def amr(self, token_request: TokenRequest) -> list[str]:
        """`amr` is `mfa` after MFA."""
        return ["mfa"] if token_request.second_factor else []

    def profile_claims(self, user: User, scopes: list[str]) -> Claims:
        """Return the claims of `profile` and `email`, for id tokens and the userinfo endpoint."""
        claims = Claims()
        if "profile" in scopes:
            name = user.profile.get("name", user.email)
            claims |= {
                "name": name,
                "nickname": user.email.split("@")[0],
                "updated_at": iso(user.updated_at),
            }
        if "email" in scopes:
            claims |= {"email": user.email, "email_verified": user.email_verified}
        return claims

    def client_credentials_response(
        self, application: Application, audience: str, scopes: list[str]
    ) -> dict[str, object]:
        """Return the body of a successful client credentials request."""
        now = int(self.tenant.clock.now())
        lifetime = self.lifetime(audience)
        claims: Claims = {
            "iss": self.issuer(), "sub": f"{application.client_id}@clients", "aud": audience, "iat": now,
            "exp": now + lifetime, "scope": " ".join(scopes), "gty": "client-credentials",
            "azp": application.client_id,
        }  # fmt: skip
        scope = " ".join(scopes)
        return {
            "access_token": self.tenant.signatures.sign(claims),
            "scope": scope,
            "expires_in": lifetime,
            "token_type": "Bearer",
        }

    def is_for(self, claims: Claims, audience: str) -> bool:
        """Return whether a token has this audience."""
        named = claims.get("aud")
        return audience == named or (isinstance(named, list) and audience in named)

    def has_expired(self, claims: Claims) -> bool:
        """Return whether a token has expired."""
        expires = claims.get("exp")
        return not isinstance(expires, int) or self.tenant.clock.now() >= expires


def _half(value: str) -> str:
    """Return the left half of a hash, as in `at_hash` and `c_hash` (OpenID Connect Core 3.3.2.11)."""
    return urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


class Signatures(Rule):
    """Signing keys, and the verification of the tenant's own tokens."""

    def sign(self, claims: Claims) -> str:
        """Sign claims with RS256 and the key id."""
        header = {"alg": "RS256", "typ": "JWT", "kid": self.tenant.keys.kid}
        return jwt.encode(header, claims, self.tenant.keys.signing)

    def key_set(self) -> dict[str, object]:
        """Return `/.well-known/jwks.json`: the current key and the earlier ones."""
        former = [self._as_jwk(keys.signing, keys.kid) for keys in reversed(self.tenant.former_keys)]
        return {"keys": [self._as_jwk(self.published_key(), self.tenant.keys.kid), *former]}

    def _as_jwk(self, key: RSAKey, kid: str) -> dict[str, object]:
        shown = key.as_dict(private=False)
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": shown["n"], "e": shown["e"]}

    def rotate(self, made: Keys) -> None:
        """Sign with a new key; tokens of earlier keys stay valid."""
        self.tenant.former_keys.append(self.tenant.keys)
        self.tenant.keys = made

    def published_key(self) -> RSAKey:
        """The key set contains the signing key."""
        return self.tenant.keys.signing

    def verify(self, token: str) -> Claims | None:
        """Return the claims of a token that this tenant signed, expired or not; None for any other token."""
        for keys in (self.tenant.keys, *self.tenant.former_keys):
            try:
                claims: Claims = jwt.decode(token, keys.signing, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue
            return claims if claims.get("iss") == self.tenant.tokens.issuer() else None
        return None

    def looks_signed(self, token: str) -> bool:
        """Return whether a token has an RS256 signature, of any issuer."""
        try:
            return jws.extract_compact(token.encode()).headers().get("alg") == "RS256"
        except (JoseError, ValueError, RecursionError):
            return False
