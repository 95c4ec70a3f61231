import base64
import json

from local_tenant.rules.tokens import Claims, Tokens


class UnsignedTokenAccepted(Tokens):
    """Tokens that name the algorithm `none` are believed."""

    kind = "fault"
    evidence = "contract, 1.6: RS256, signed by the tenant"

    def read(self, token: str) -> Claims | None:
        try:
            header, payload, _ = (base64.urlsafe_b64decode(f"{part}===") for part in token.split("."))
            unsigned = json.loads(header).get("alg") == "none"
        except ValueError:
            return None
        claims: Claims = json.loads(payload)
        return claims if unsigned else super().read(token)
