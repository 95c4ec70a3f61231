from local_tenant.rules.codes import Codes, SentCode


class TextedCodeWorksTwice(Codes):
    """A texted code can be used again."""

    kind = "fault"
    evidence = "contract, 8: codes are good once"

    def spend(self, code: SentCode) -> None:
        """Nothing is noted."""
