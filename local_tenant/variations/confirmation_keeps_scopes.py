from local_tenant.rules.tokens import Tokens


class ConfirmationKeepsScopes(Tokens):
    """A confirmation hands back the scopes of the presented token unchanged, `openid` included."""

    kind = "dialect"
    evidence = "contract, 3.6 and open question 5"

    def confirmation_scopes(self, presented: list[str]) -> list[str]:
        return presented
