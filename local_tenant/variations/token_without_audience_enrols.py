from local_tenant.rules.mfa_tokens import MfaTokens, MfaTransaction
from local_tenant.rules.tokens import Order


class TokenWithoutAudienceEnrols(MfaTokens):
    """An access token for no API enrols."""

    kind = "fault"
    evidence = "contract, 4.5: a token for anything else is refused"

    def find(self, token: str) -> MfaTransaction | None:
        opaque = self.tenant.store.opaque_tokens.get(token)
        if opaque is None:
            return super().find(token)
        application = next(iter(self.tenant.store.applications.values()))
        order = Order(self.tenant.people.get(opaque.user_id), application, None, opaque.scopes)
        return MfaTransaction(order, opaque.expires_at)
