from local_tenant.rules.limits import Allowance, Limits


class FiveWrongCodesInFiveMinutes(Limits):
    """Five wrong codes are free, and one more every minute."""

    kind = "dialect"
    evidence = "open question 17: another page says five requests in five minutes"

    def wrong_codes(self) -> Allowance:
        return Allowance(5, 60.0)
