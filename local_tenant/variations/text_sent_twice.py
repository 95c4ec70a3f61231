from local_tenant.rules.messages import Messages


class TextSentTwice(Messages):
    """Every text is sent twice."""

    kind = "fault"
    evidence = "contract, 4.3: one text per enrolment"

    def recipients(self, phone: str) -> list[str]:
        return [phone, phone]
