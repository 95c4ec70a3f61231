from local_tenant.rules.tokens import Order, Tokens


class TokenOfAQuestionNamesAnotherPerson(Tokens):
    """Whoever answers the question of a password without a browser gets the token of nobody who asked."""

    kind = "fault"
    evidence = "contract, 3.6: the answer keeps to the transaction behind the token"

    def subject(self, order: Order) -> str:
        answers = order.grant == "password" and order.second_factor
        return "auth0|000000000000000000000000" if answers else super().subject(order)
