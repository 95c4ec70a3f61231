from local_tenant.errors import MFA_TOKEN_MALFORMED_401, Row
from local_tenant.rules.mfa_access import MfaAccess


class MalformedMfaTokenWith401(MfaAccess):
    """A malformed mfa_token is answered with status 401."""

    kind = "dialect"
    evidence = "contract, open question 15"

    def malformed_row(self) -> Row:
        return MFA_TOKEN_MALFORMED_401
