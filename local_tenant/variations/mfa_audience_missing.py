from local_tenant.rules.tokens import Order, Tokens


class MfaAudienceMissing(Tokens):
    """The access token is not for the MFA API."""

    kind = "fault"
    evidence = "contract, 1.6: the MFA API is in `aud`"

    def audience_claim(self, order: Order) -> str | list[str]:
        return self.tenant.audiences.userinfo()
