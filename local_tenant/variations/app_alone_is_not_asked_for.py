from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.tokens import Order


class AppAloneIsNotAskedFor(MfaRequired):
    """Without a browser only phones are asked for."""

    kind = "fault"
    evidence = "contract, 3.4: whoever is enrolled"

    def is_wanted(self, order: Order) -> bool:
        usable = self.tenant.second_factor.usable(order.person)
        return any(one.kind == "sms" for one in usable) and super().is_wanted(order)
