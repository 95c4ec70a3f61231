from local_tenant.rules.mfa_tokens import MfaTokens


class MfaTokenLivesFiveMinutes(MfaTokens):
    """An opaque mfa_token lives five minutes."""

    kind = "dialect"
    evidence = "contract, open question 18"

    def lifetime(self) -> float:
        return 300.0
