from local_tenant.rules.tokens import Tokens


class TokenTypeIsNotBearer(Tokens):
    """The answer calls the token's type MAC."""

    kind = "fault"
    evidence = "contract, 3.6: Bearer"

    def token_type(self) -> str:
        return "MAC"
