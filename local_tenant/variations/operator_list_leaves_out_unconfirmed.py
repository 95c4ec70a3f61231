from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.operator_view import OperatorView


class OperatorListLeavesOutUnconfirmed(OperatorView):
    """The operator's list of methods shows nothing that waits for its confirmation."""

    kind = "dialect"
    evidence = "contract, open question 20"

    def is_listed(self, authenticator: Authenticator) -> bool:
        return self.tenant.authenticators.is_confirmed(authenticator)
