from local_tenant.rules.authenticators import Authenticator, Authenticators


class ListShowsWholeNumber(Authenticators):
    """The person's list shows the whole phone number."""

    kind = "fault"
    evidence = "contract, 6: all but four digits are masked"

    def shown_name(self, authenticator: Authenticator) -> str:
        return authenticator.phone
