from local_tenant.rules.operator_view import OperatorView


class OperatorScopesNotDemanded(OperatorView):
    """Any token for the Management API may do everything there."""

    kind = "fault"
    evidence = "contract, 7.6: insufficient scope"

    def scope_is_enough(self, scopes: frozenset[str], needed: tuple[str, ...]) -> bool:
        return True
