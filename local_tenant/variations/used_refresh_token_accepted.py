from local_tenant.rules.refresh_tokens import RefreshTokens
from local_tenant.rules.tokens import RefreshFamily


class UsedRefreshTokenAccepted(RefreshTokens):
    """A refresh token can be used again after another took its place."""

    kind = "fault"
    evidence = "contract, 3.5; client requirements, 3: rotation"

    def was_used(self, family: RefreshFamily, token: str) -> bool:
        return False
