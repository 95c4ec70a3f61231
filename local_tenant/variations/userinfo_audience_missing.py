from local_tenant.rules.tokens import Order, Tokens


class UserinfoAudienceMissing(Tokens):
    """The access token names the MFA API alone though `openid` was asked for."""

    kind = "fault"
    evidence = "contract, 1.6: a list with the userinfo endpoint"

    def audience_claim(self, order: Order) -> str | list[str]:
        return order.audience or ""
