from local_tenant.rules.tokens import Order, Tokens


class NonceDoesNotComeBack(Tokens):
    """The id_token carries no nonce."""

    kind = "fault"
    evidence = "contract, 1.4: the nonce of the request"

    def nonce(self, order: Order) -> str | None:
        return None
