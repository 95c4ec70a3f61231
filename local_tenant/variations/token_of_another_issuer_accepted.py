import base64
import json

from local_tenant.rules.tokens import Claims, Tokens


class TokenOfAnotherIssuerAccepted(Tokens):
    """A token that another issuer signed is believed as if it were the tenant's own."""

    kind = "fault"
    evidence = "contract, 1.6: the tenant signs; RFC 8725, 3.8"

    def read(self, token: str) -> Claims | None:
        try:
            said = base64.urlsafe_b64decode(f"{token.split('.')[1]}===").decode()
            issuer = json.loads(said)["iss"]
        except (ValueError, IndexError, KeyError):
            return None
        if issuer == self.issuer():
            return super().read(token)
        claims: Claims = json.loads(said.replace(issuer, self.issuer()))
        known = self.tenant.store.applications
        return claims if claims.get("azp") in known else claims | {"azp": next(iter(known))}
