from local_tenant.rules.mfa_access import MfaAccess


class AccessTokenIsNoMfaToken(MfaAccess):
    """An access token for the MFA API is refused as mfa_token."""

    kind = "dialect"
    evidence = "contract, open question 3: comm/44384"
    against = (
        "MFA-CNF-001", "MFA-CNF-002", "MFA-CNF-003", "MFA-CNF-004", "MFA-ENR-001", "MFA-ENR-002", "MFA-ENR-003",
        "MFA-TOK-003",
    )  # fmt: skip

    def takes_access_token(self) -> bool:
        return False
