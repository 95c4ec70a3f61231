from local_tenant.rules.tokens import Order, Tokens


class TokenNamesAnotherPerson(Tokens):
    """The access token names nobody who signed in."""

    kind = "fault"
    evidence = "contract, 1.6: `sub` is the person"

    def subject(self, order: Order) -> str:
        return "auth0|000000000000000000000000"
