from local_tenant.rules.authenticators import Authenticator, Authenticators


class WrongCodeEnrolsAnyway(Authenticators):
    """A wrong code is refused, and the factor is enrolled all the same."""

    kind = "fault"
    evidence = "contract, 4.6: inactive until confirmed"

    def after_wrong_code(self, authenticator: Authenticator) -> None:
        self.confirm(authenticator)
