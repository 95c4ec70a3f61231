from local_tenant.rules.authenticators import Authenticator, Authenticators


class ListNeverShowsActive(Authenticators):
    """The person's list calls nothing active, whatever was confirmed."""

    kind = "fault"
    evidence = "contract, 4.6: `active` is true once confirmed"

    def is_shown_active(self, authenticator: Authenticator) -> bool:
        return False
