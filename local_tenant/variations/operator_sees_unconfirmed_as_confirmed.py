from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.operator_view import OperatorView


class OperatorSeesUnconfirmedAsConfirmed(OperatorView):
    """The operator's list calls everything confirmed."""

    kind = "fault"
    evidence = "contract, 7.3: `confirmed` says which"

    def is_shown_confirmed(self, authenticator: Authenticator) -> bool:
        return True
