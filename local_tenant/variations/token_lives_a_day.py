from local_tenant.rules.tokens import Tokens


class TokenLivesADay(Tokens):
    """A token for the MFA API lives a day."""

    kind = "fault"
    evidence = "contract, 1.3: ten minutes, fixed"

    def lifetime(self, audience: str | None) -> int:
        return 86_400
