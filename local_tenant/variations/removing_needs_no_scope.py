from local_tenant.rules.mfa_access import Bearer, MfaAccess


class RemovingNeedsNoScope(MfaAccess):
    """Any token for the MFA API removes factors."""

    kind = "fault"
    evidence = "contract, 1.2: `remove:authenticators` is for that"

    def scope_is_enough(self, bearer: Bearer, scope: str) -> bool:
        return scope == "remove:authenticators" or super().scope_is_enough(bearer, scope)
