from local_tenant.rules.authenticators import Authenticator, Authenticators


class ConfirmationIsFollowedByAText(Authenticators):
    """A phone that was confirmed gets a further text, with nothing in it."""

    kind = "fault"
    evidence = "contract, 4.3: the code is all that is texted"

    def confirm(self, authenticator: Authenticator) -> None:
        super().confirm(authenticator)
        if authenticator.phone:
            self.tenant.inbox.deliver(authenticator.phone, "Thank you for confirming your phone.")
