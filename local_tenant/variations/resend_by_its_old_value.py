from local_tenant.rules.pages import Pages


class ResendByItsOldValue(Pages):
    """The button for another text has the value of the 2022 build."""

    kind = "look"
    evidence = "contract, 2.5 and open question 22"

    def resend_action(self) -> str:
        return "resend-sms-sms"
