from local_tenant.rules.tokens import Tokens


class ConfirmationSaysOpenidProfile(Tokens):
    """A confirmation hands back a token for openid profile."""

    kind = "dialect"
    evidence = "contract, open question 2: current documentation"
    against = ("MFA-ENR-001", "MFA-ENR-002")

    def confirmation_scopes(self, presented: list[str]) -> list[str]:
        return ["openid", "profile"]
