from local_tenant.rules.codes import Codes, SentCode


class OlderTextStillWorks(Codes):
    """A code stays good when a newer one was sent."""

    kind = "fault"
    evidence = "contract, 8: the newest text's code wins"

    def is_overtaken(self, code: SentCode) -> bool:
        return False
