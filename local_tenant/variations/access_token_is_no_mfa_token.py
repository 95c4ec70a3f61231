from local_tenant.rules.mfa_access import MfaAccess


class AccessTokenIsNoMfaToken(MfaAccess):
    """An access token for the MFA API is refused as mfa_token."""

    kind = "dialect"
    evidence = "contract, open question 3: comm/44384"
    against = ("MFA-ENR-001",)

    def takes_access_token(self) -> bool:
        return False
