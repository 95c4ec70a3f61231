from local_tenant.rules.mfa_access import MfaAccess


class HeaderIsNotLookedAt(MfaAccess):
    """A confirmation is accepted beneath the bearer token of another person."""

    kind = "fault"
    evidence = "contract, 12: the same token in both places"

    def header_fits(self, header: str, mfa_token: str) -> bool:
        return True
