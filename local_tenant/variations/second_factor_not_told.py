from local_tenant.rules.tokens import Order, Tokens


class SecondFactorNotTold(Tokens):
    """The id_token does not say that a second factor was used."""

    kind = "fault"
    evidence = "contract, 13: `amr` is `mfa`"

    def methods(self, order: Order) -> list[str]:
        return []
