from local_tenant.rules.mfa_access import MfaAccess
from local_tenant.rules.tokens import Claims


class ExpiredTokenRemoves(MfaAccess):
    """A token that ran out still removes factors."""

    kind = "fault"
    evidence = "contract, 6: an invalid token removes nothing"

    def is_past(self, claims: Claims, scope: str) -> bool:
        return scope != "remove:authenticators" and super().is_past(claims, scope)
