from local_tenant.rules.tokens import Order, Tokens


class SecondFactorToldWithoutOne(Tokens):
    """The id_token says that a second factor was used where none was."""

    kind = "fault"
    evidence = "contract, 1.3: `amr` says mfa after one"

    def methods(self, order: Order) -> list[str]:
        return ["mfa"]
