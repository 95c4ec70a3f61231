from local_tenant.rules.codes import Codes, SentCode


class AnyCodeAccepted(Codes):
    """Any digits pass for the texted ones."""

    kind = "fault"
    evidence = "contract, 3.6: a wrong code is refused"

    def is_right(self, code: SentCode, given: str) -> bool:
        return True
