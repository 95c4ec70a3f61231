from local_tenant.rules.authenticators import Authenticators


class EnrolledWithoutCode(Authenticators):
    """An enrolment counts before any code proved it."""

    kind = "fault"
    evidence = "contract, 4.6: inactive until confirmed"

    def needs_confirmation(self) -> bool:
        return False
