from local_tenant.rules.one_time_passwords import OneTimePasswords


class OldOtpAccepted(OneTimePasswords):
    """One-time passwords of the last hour are accepted."""

    kind = "fault"
    evidence = "contract, 8: the current and the previous step"

    def accepted_steps(self) -> list[int]:
        now = max(super().accepted_steps())
        return list(range(now, now - 120, -1))
