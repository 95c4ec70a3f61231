from local_tenant.rules.mfa_access import Bearer, MfaAccess


class EnrollScopeNotDemanded(MfaAccess):
    """Any token for the MFA API may do everything there."""

    kind = "fault"
    evidence = "contract, 1.2: a scope for each deed"

    def scope_is_enough(self, bearer: Bearer, scope: str) -> bool:
        return True
