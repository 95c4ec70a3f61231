from local_tenant.rules.limits import Limits


class LockedAfterThree(Limits):
    """Three wrong codes lock a person out."""

    kind = "fault"
    evidence = "contract, 8: ten in a row"

    def wrong_code_burst(self) -> int:
        return 3
