import base64
import json

from local_tenant.rules.tokens import Claims, Tokens


class KeyInTheTokenBelieved(Tokens):
    """A token that brings its own key along is believed."""

    kind = "fault"
    evidence = "RFC 8725, 3.10: no claims of a received token are trusted before it is verified"

    def read(self, token: str) -> Claims | None:
        try:
            header, payload, _ = token.split(".")
            brings_key = "jwk" in json.loads(base64.urlsafe_b64decode(f"{header}==="))
            claims: Claims = json.loads(base64.urlsafe_b64decode(f"{payload}==="))
        except ValueError:
            return None
        return claims if brings_key else super().read(token)
