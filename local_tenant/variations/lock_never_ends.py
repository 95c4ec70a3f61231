from local_tenant.rules.limits import Allowance, Limits


class LockNeverEnds(Limits):
    """Whoever was wrong too often stays locked out."""

    kind = "fault"
    evidence = "contract, 8: one more every six minutes"

    def wrong_codes(self) -> Allowance:
        return Allowance(super().wrong_codes().burst, 1e9)
