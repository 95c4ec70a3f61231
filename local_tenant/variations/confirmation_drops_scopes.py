from local_tenant.rules.tokens import Tokens


class ConfirmationDropsScopes(Tokens):
    """The token of a confirmation can no longer enrol."""

    kind = "fault"
    evidence = "contract, 3.6: the three MFA scopes"

    def confirmation_scopes(self, presented: list[str]) -> list[str]:
        return [scope for scope in super().confirmation_scopes(presented) if scope != "enroll"]
