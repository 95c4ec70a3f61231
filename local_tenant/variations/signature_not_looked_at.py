import base64
import json

from local_tenant.rules.tokens import Claims, Tokens


class SignatureNotLookedAt(Tokens):
    """Tokens are believed whoever signed them."""

    kind = "fault"
    evidence = "contract, 1.6: RS256, signed by the tenant"

    def read(self, token: str) -> Claims | None:
        try:
            _, payload, _ = token.split(".")
            claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
        except ValueError:
            return None
        return claims
