from local_tenant.rules.tokens import Order, Tokens


class TokenOfAConfirmationNamesAnotherApplication(Tokens):
    """The token of a confirmation names an application that did not confirm."""

    kind = "fault"
    evidence = "contract, 1.6: `azp` is the application"

    def authorized_party(self, order: Order) -> str:
        confirms = order.second_factor and "openid" not in order.scopes
        return "another" if confirms else super().authorized_party(order)
