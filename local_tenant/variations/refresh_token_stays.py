from local_tenant.rules.refresh_tokens import RefreshTokens


class RefreshTokenStays(RefreshTokens):
    """A refresh token stays the same however often it is used."""

    kind = "dialect"
    evidence = "contract, 3.5: it is repeated when rotating"

    def rotates(self) -> bool:
        return False
