from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.tokens import Order


class WhoeverIsEnrolledIsAsked(MfaRequired):
    """Passwords and refresh tokens ask whoever is enrolled for a second factor, whatever the policy."""

    kind = "dialect"
    evidence = "contract, 3.4: raised by these grants, without a word on the policy"

    def is_wanted(self, order: Order) -> bool:
        return not order.second_factor and self.tenant.second_factor.is_enrolled(order.person)
