from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.operator_view import OperatorView


class OperatorSeesAnotherNumber(OperatorView):
    """The operator sees another phone number than the one enrolled."""

    kind = "fault"
    evidence = "contract, 7.3: the enrolled number, masked"

    def shown_number(self, authenticator: Authenticator) -> str:
        return self.tenant.phones.mask(f"{authenticator.phone[:-4]}0000")
