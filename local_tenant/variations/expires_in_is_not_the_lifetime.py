from local_tenant.rules.tokens import Tokens


class ExpiresInIsNotTheLifetime(Tokens):
    """The answer says a day for a token that lives ten minutes."""

    kind = "fault"
    evidence = "contract, 1.3: `expires_in: 600`"

    def announced_lifetime(self, audience: str | None) -> int:
        return 86_400
