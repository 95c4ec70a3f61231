from local_tenant.rules.messages import Messages


class TextSentElsewhere(Messages):
    """Texts go to another number than the one being enrolled."""

    kind = "fault"
    evidence = "contract, 4.3: the phone that is enrolled gets the code"

    def recipients(self, phone: str) -> list[str]:
        return [f"{phone[:-1]}{(int(phone[-1]) + 1) % 10}"]
