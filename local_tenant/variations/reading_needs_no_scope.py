from local_tenant.rules.mfa_access import Bearer, MfaAccess


class ReadingNeedsNoScope(MfaAccess):
    """Any token for the MFA API lists factors."""

    kind = "fault"
    evidence = "contract, 1.2: `read:authenticators` is for that"

    def scope_is_enough(self, bearer: Bearer, scope: str) -> bool:
        return scope == "read:authenticators" or super().scope_is_enough(bearer, scope)
