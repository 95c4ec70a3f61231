from local_tenant.rules import grants
from local_tenant.rules.refresh_tokens import RefreshTokens
from local_tenant.rules.tokens import Order


class RefreshTokenUnasked(RefreshTokens):
    """A refresh token comes with every answer, asked for or not."""

    kind = "fault"
    evidence = "contract, 3.2: `refresh_token` only with `offline_access`"

    def is_given(self, order: Order) -> bool:
        return self.tenant.grants.is_allowed(order.application, grants.REFRESH_TOKEN)
