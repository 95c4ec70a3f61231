from local_tenant.rules.tokens import Order, Tokens


class IdTokenMissing(Tokens):
    """`openid` brings no id_token."""

    kind = "fault"
    evidence = "contract, 3.2: it does"

    def has_id_token(self, order: Order) -> bool:
        return False
