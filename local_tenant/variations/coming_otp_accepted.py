from local_tenant.rules.one_time_passwords import OneTimePasswords


class ComingOtpAccepted(OneTimePasswords):
    """One-time passwords of the next five minutes are accepted."""

    kind = "fault"
    evidence = "contract, 8: the current and the previous step"

    def accepted_steps(self) -> list[int]:
        now = max(super().accepted_steps())
        return [*super().accepted_steps(), *range(now + 1, now + 11)]
