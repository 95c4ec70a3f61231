from local_tenant.errors import MFA_TOKEN_EXPIRED_401, Row
from local_tenant.rules.mfa_tokens import MfaTokens


class ExpiredMfaTokenWith401(MfaTokens):
    """An expired mfa_token is answered with status 401."""

    kind = "dialect"
    evidence = "contract, open question 15"

    def expired_row(self) -> Row:
        return MFA_TOKEN_EXPIRED_401
