from local_tenant.rules.recovery_codes import RecoveryCodes


class RecoveryCodesEmptyInsteadOfAbsent(RecoveryCodes):
    """An enrolment without a new recovery code says so with an empty list."""

    kind = "dialect"
    evidence = "contract, open question 23"

    def nothing_new(self) -> dict[str, object]:
        return {"recovery_codes": []}
