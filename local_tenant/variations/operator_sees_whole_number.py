from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.operator_view import OperatorView


class OperatorSeesWholeNumber(OperatorView):
    """The operator sees the whole phone number."""

    kind = "fault"
    evidence = "contract, 7.3: masked"

    def shown_number(self, authenticator: Authenticator) -> str:
        return authenticator.phone
