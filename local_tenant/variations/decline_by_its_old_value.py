from local_tenant.rules.pages import Pages


class DeclineByItsOldValue(Pages):
    """Consent is refused with `decline`."""

    kind = "dialect"
    evidence = "contract, 2.9 and 11, open question 22"

    def decline_action(self) -> str:
        return "decline"
