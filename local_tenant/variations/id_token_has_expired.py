from local_tenant.rules.tokens import Claims, Order, Tokens


class IdTokenHasExpired(Tokens):
    """The id_token that comes has expired already."""

    kind = "fault"
    evidence = "OpenID Connect Core, 3.1.3.7: an application must refuse it"

    def id_claims(self, order: Order) -> Claims:
        now = int(self.tenant.clock.now())
        return super().id_claims(order) | {"iat": now - 7200, "exp": now - 3600}
