from local_tenant.rules.tokens import Order, Tokens


class TokenNamesAnotherApplication(Tokens):
    """The access token says that another application asked for it."""

    kind = "fault"
    evidence = "contract, 1.6: `azp` is the application"

    def authorized_party(self, order: Order) -> str:
        others = self.tenant.store.applications
        return next(one for one in others if one != order.application.client_id)
