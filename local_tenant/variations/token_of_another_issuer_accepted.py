import json

from joserfc import jws
from joserfc.errors import JoseError

from local_tenant.rules.tokens import Claims, Tokens


class TokenOfAnotherIssuerAccepted(Tokens):
    """A token that another issuer signed is believed as if it were the tenant's own."""

    kind = "fault"
    evidence = "contract, 1.6: the tenant signs; RFC 8725, 3.8"

    def read(self, token: str) -> Claims | None:
        try:
            claims: Claims = json.loads(jws.extract_compact(token.encode()).payload)
        except (JoseError, ValueError):
            return None
        if claims.get("iss") == self.issuer():
            return super().read(token)
        known = self.tenant.store.applications
        return claims if claims.get("azp") in known else claims | {"azp": next(iter(known))}
