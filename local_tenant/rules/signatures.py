"""Signatures: the keys that sign tokens, and which tokens are the tenant's own (AF-TOKEN-08, AF-TOKEN-09)."""

from __future__ import annotations

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.keys import Keys
from local_tenant.model import Claims
from local_tenant.rules.base import Rule


class Signatures(Rule):
    """What the tenant signs, and what it believes."""

    def sign(self, claims: Claims) -> str:
        """RS256, with the key's name in the header."""
        header = {"alg": "RS256", "typ": "JWT", "kid": self.tenant.keys.kid}
        return jwt.encode(header, claims, self.tenant.keys.signing)

    def key_set(self) -> dict[str, object]:
        """What `/.well-known/jwks.json` shows: the key that signs, and those that signed before it."""
        former = [self._as_jwk(keys.signing, keys.kid) for keys in reversed(self.tenant.former_keys)]
        return {"keys": [self._as_jwk(self.published_key(), self.tenant.keys.kid), *former]}

    def _as_jwk(self, key: RSAKey, kid: str) -> dict[str, object]:
        shown = key.as_dict(private=False)
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": shown["n"], "e": shown["e"]}

    def rotate(self, made: Keys) -> None:
        """Sign with another key from now on; tokens of the former one stay good."""
        self.tenant.former_keys.append(self.tenant.keys)
        self.tenant.keys = made

    def published_key(self) -> RSAKey:
        """The key that signs."""
        return self.tenant.keys.signing

    def verify(self, token: str) -> Claims | None:
        """Return the claims of a token that this tenant signed for itself; None for anything else. Age is not looked at."""  # noqa: E501
        for keys in (self.tenant.keys, *self.tenant.former_keys):
            try:
                claims: Claims = jwt.decode(token, keys.signing, algorithms=["RS256"]).claims
            except (JoseError, ValueError):
                continue
            return claims if claims.get("iss") == self.tenant.tokens.issuer() else None
        return None

    def looks_signed(self, token: str) -> bool:
        """Say whether somebody signed a token as this tenant signs its own, whoever that was."""
        try:
            return jws.extract_compact(token.encode()).headers().get("alg") == "RS256"
        except (JoseError, ValueError, RecursionError):
            return False
