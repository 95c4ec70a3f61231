from local_tenant.rules.authenticators import Authenticator, Authenticators


class ListedActiveTooEarly(Authenticators):
    """The person's list calls an unconfirmed factor active."""

    kind = "fault"
    evidence = "contract, 6: `active` is false until confirmed"

    def is_shown_active(self, authenticator: Authenticator) -> bool:
        return True
