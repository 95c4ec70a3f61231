from local_tenant.rules.recovery_codes import RecoveryCodes


class RecoveryCodeWithEveryFactor(RecoveryCodes):
    """Every enrolment hands out a recovery code."""

    kind = "fault"
    evidence = "contract, 4.4: only the first one does"

    def nothing_new(self) -> dict[str, object]:
        return {"recovery_codes": [self.make()]}
