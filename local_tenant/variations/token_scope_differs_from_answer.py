from local_tenant.rules.tokens import Order, Tokens


class TokenScopeDiffersFromAnswer(Tokens):
    """The answer names other scopes than the token inside it."""

    kind = "fault"
    evidence = "contract, 1.6: the token's `scope` is what was granted"

    def scope_claim(self, order: Order) -> str:
        return "openid"
