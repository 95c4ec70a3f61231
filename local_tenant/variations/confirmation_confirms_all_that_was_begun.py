from local_tenant.rules.authenticators import Authenticator, Authenticators


class ConfirmationConfirmsAllThatWasBegun(Authenticators):
    """A code confirms whatever else was begun."""

    kind = "fault"
    evidence = "contract, 6: each entry is active once it is confirmed"

    def confirmed_with(self, authenticator: Authenticator) -> list[Authenticator]:
        everything = self.tenant.store.authenticators.values()
        return [one for one in everything if one.user_id == authenticator.user_id]
