from local_tenant.rules.tokens import Order, Tokens


class IdTokenUnasked(Tokens):
    """An id_token comes though nobody asked for `openid`."""

    kind = "fault"
    evidence = "contract, 3.6: it comes if `openid` was in scope"

    def has_id_token(self, order: Order) -> bool:
        return True
