from local_tenant.rules.one_time_passwords import OneTimePasswords


class ForgivesAFutureStep(OneTimePasswords):
    """A one-time password of the next thirty seconds is accepted as well."""

    kind = "dialect"
    evidence = "contract, open question 25"

    def accepted_steps(self) -> list[int]:
        return [max(super().accepted_steps()) + 1, *super().accepted_steps()]
