from local_tenant.rules.messages import Messages


class TextNotSent(Messages):
    """No text is sent."""

    kind = "fault"
    evidence = "contract, 4.3: the phone gets a code"

    def recipients(self, phone: str) -> list[str]:
        return []
