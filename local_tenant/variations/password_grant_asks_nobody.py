from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.tokens import Order


class PasswordGrantAsksNobody(MfaRequired):
    """A password without a browser earns tokens past the second factor."""

    kind = "fault"
    evidence = "contract, 3.4: it meets mfa_required"

    def is_wanted(self, order: Order) -> bool:
        return order.family is not None and super().is_wanted(order)
