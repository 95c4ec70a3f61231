from local_tenant.rules.mfa_required import MfaRequired


class MfaRequiredWithoutRequirements(MfaRequired):
    """mfa_required does not say what there is to answer with or to enrol."""

    kind = "dialect"
    evidence = "contract, 3.4: mfa_requirements is early access"

    def says_requirements(self) -> bool:
        return False
