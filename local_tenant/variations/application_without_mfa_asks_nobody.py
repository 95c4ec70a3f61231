from local_tenant.rules import grants
from local_tenant.rules.mfa_required import MfaRequired
from local_tenant.rules.tokens import Order


class ApplicationWithoutMfaAsksNobody(MfaRequired):
    """An application without the MFA grant gets tokens for a password alone."""

    kind = "fault"
    evidence = "contract, 1.3: the audience asks, at any application"

    def is_wanted(self, order: Order) -> bool:
        return self.tenant.grants.is_allowed(order.application, grants.MFA_OOB) and super().is_wanted(order)
