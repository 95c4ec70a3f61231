from local_tenant.rules.operator_view import OperatorView


class AnybodysTokenOpensTheManagementApi(OperatorView):
    """Any token of the tenant's opens the Management API."""

    kind = "fault"
    evidence = "contract, 7: its own audience and scopes are demanded"

    def enter(self, token: str, needed: tuple[str, ...]) -> frozenset[str]:
        return frozenset(needed) if self.tenant.tokens.read(token) else super().enter(token, needed)
