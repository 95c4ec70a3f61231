from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.tokens import Order


class RefreshTokenAsksNobody(MfaRequired):
    """A refresh token from before the factor earns tokens past it."""

    kind = "fault"
    evidence = "contract, 3.4 and 13: it meets mfa_required"

    def is_wanted(self, order: Order) -> bool:
        return order.family is None and super().is_wanted(order)
