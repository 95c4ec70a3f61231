from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.rules.tokens import Claims, Tokens


class KeyInTheTokenBelieved(Tokens):
    """A token is believed that brings the key along with which it is signed."""

    kind = "fault"
    evidence = "RFC 8725, 3.10: no claims of a received token are trusted before it is verified"

    def read(self, token: str) -> Claims | None:
        try:
            brought = jws.extract_compact(token.encode()).headers().get("jwk")
            if isinstance(brought, dict):
                claims: Claims = jwt.decode(token, RSAKey.import_key(brought), algorithms=["RS256"]).claims
                return claims
        except (JoseError, ValueError):
            return None
        return super().read(token)
