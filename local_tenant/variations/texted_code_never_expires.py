from local_tenant.rules.codes import Codes, SentCode


class TextedCodeNeverExpires(Codes):
    """A texted code stays good for ever."""

    kind = "fault"
    evidence = "contract, 8: five minutes"

    def has_expired(self, code: SentCode) -> bool:
        return False
