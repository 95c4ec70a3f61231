from local_tenant.rules.mfa_tokens import MfaTokens, MfaTransaction


class MfaTokenNeverEnds(MfaTokens):
    """An opaque mfa_token never ends."""

    kind = "fault"
    evidence = "contract, 8: ten minutes, or five"

    def has_expired(self, transaction: MfaTransaction) -> bool:
        return False
