from local_tenant.rules.operator_view import Operator, OperatorView


class AnybodysTokenOpensTheManagementApi(OperatorView):
    """Any token of the tenant's opens the Management API."""

    kind = "fault"
    evidence = "contract, 7: its own audience and scopes are demanded"

    def enter(self, token: str, needed: tuple[str, ...]) -> Operator:
        claims = self.tenant.tokens.read(token)
        if claims is None:
            return super().enter(token, needed)
        return Operator(frozenset(needed), str(claims.get("azp", "")), str(claims.get("sub", "")))
