from local_tenant.rules.phones import Phones


class AnyPhoneAccepted(Phones):
    """Anything passes for a phone number."""

    kind = "fault"
    evidence = "contract, 4.5: an invalid number is refused"

    def is_acceptable(self, number: str) -> bool:
        return True
