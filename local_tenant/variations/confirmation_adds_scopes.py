from local_tenant.rules.tokens import Tokens


class ConfirmationAddsScopes(Tokens):
    """The token of a confirmation has a scope that nobody asked for."""

    kind = "fault"
    evidence = "contract, open question 29: nothing outside what was asked"

    def confirmation_scopes(self, presented: list[str]) -> list[str]:
        return [*super().confirmation_scopes(presented), "read:users"]
