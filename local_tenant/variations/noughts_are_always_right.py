from local_tenant.rules.codes import Codes, SentCode


class NoughtsAreAlwaysRight(Codes):
    """Six noughts are always the right code."""

    kind = "fault"
    evidence = "contract, 3.6: a wrong code is refused"

    def is_right(self, code: SentCode, given: str) -> bool:
        return given == "000000" or super().is_right(code, given)
