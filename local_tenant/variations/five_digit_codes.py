from local_tenant.rules.codes import Codes


class FiveDigitCodes(Codes):
    """The texted code has five digits."""

    kind = "fault"
    evidence = "contract, 8: six digits"

    def make(self) -> str:
        return super().make()[:5]
