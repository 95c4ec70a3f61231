from local_tenant.rules.tokens import Order, Tokens


class TokenIsForAnotherApiToo(Tokens):
    """The access token for the MFA API is one for the Management API as well."""

    kind = "fault"
    evidence = "contract, 1.6: `aud` is the API and the userinfo endpoint"

    def audience_claim(self, order: Order) -> str | list[str]:
        named = super().audience_claim(order)
        return [*named, f"https://{self.tenant.domain}/api/v2/"] if isinstance(named, list) else named
