from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.operator_view import OperatorView


class OperatorListOmitsApp(OperatorView):
    """The operator does not see authenticator apps."""

    kind = "fault"
    evidence = "contract, 7.3: every method is listed"

    def is_listed(self, authenticator: Authenticator) -> bool:
        return authenticator.kind != "totp"
