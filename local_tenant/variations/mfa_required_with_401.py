from local_tenant.errors import MFA_REQUIRED_401, Row
from local_tenant.rules.mfa_required import MfaRequired


class MfaRequiredWith401(MfaRequired):
    """mfa_required is answered with status 401."""

    kind = "dialect"
    evidence = "contract, open question 1"

    def row(self) -> Row:
        return MFA_REQUIRED_401
