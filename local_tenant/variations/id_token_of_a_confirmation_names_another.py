from local_tenant.rules.tokens import Claims, Order, Tokens


class IdTokenOfAConfirmationNamesAnother(Tokens):
    """The id token of a confirmation names nobody who confirmed."""

    kind = "fault"
    evidence = "contract, 3.6: the answer keeps to the person"

    def id_claims(self, order: Order) -> Claims:
        confirms = order.second_factor and "openid" not in order.scopes
        return super().id_claims(order) | ({"sub": "auth0|000000000000000000000000"} if confirms else {})
