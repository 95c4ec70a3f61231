from local_tenant.errors import BEARER_INVALID, Row
from local_tenant.rules.mfa_access import MfaAccess


class MissingTokenAsInvalidGrant(MfaAccess):
    """The MFA API answers a request without a token as one with a bad token."""

    kind = "dialect"
    evidence = "contract, open question 12"

    def missing_row(self) -> Row:
        return BEARER_INVALID
