from local_tenant.errors import SCOPE_MISSING_401, Row
from local_tenant.rules.mfa_access import MfaAccess


class InsufficientScopeWith401(MfaAccess):
    """A token without the scope is answered with status 401."""

    kind = "dialect"
    evidence = "contract, open question 12"

    def scope_missing_row(self) -> Row:
        return SCOPE_MISSING_401
