from local_tenant.rules.mfa_access import MfaAccess
from local_tenant.rules.tokens import Claims


class TokenOfAnyAudienceAccepted(MfaAccess):
    """The MFA API lets in tokens that were made for another API."""

    kind = "fault"
    evidence = "contract, 4.5: a foreign token is refused"

    def audience_is_right(self, claims: Claims) -> bool:
        return True
