from local_tenant.rules.mfa_access import Bearer
from local_tenant.rules.recovery_codes import RecoveryCodes


class RecoveryCodeIsNotReplaced(RecoveryCodes):
    """A recovery code that was used is not replaced."""

    kind = "fault"
    evidence = "contract, 3.6: the answer carries a new one"

    def redeem(self, bearer: Bearer, given: str) -> dict[str, object]:
        answer = super().redeem(bearer, given)
        return {name: value for name, value in answer.items() if name != "recovery_code"}
