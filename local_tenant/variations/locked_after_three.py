from local_tenant.rules.limits import Allowance, Limits


class LockedAfterThree(Limits):
    """Three wrong codes lock a person out."""

    kind = "fault"
    evidence = "contract, 8: ten in a row"

    def wrong_codes(self) -> Allowance:
        return Allowance(3, 360.0)
