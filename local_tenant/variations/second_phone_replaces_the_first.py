from local_tenant.rules.authenticators import Authenticator, Authenticators


class SecondPhoneReplacesTheFirst(Authenticators):
    """A second phone takes the place of the first."""

    kind = "fault"
    evidence = "contract, 4.6: associating makes a new entry"

    def confirm(self, authenticator: Authenticator) -> None:
        for one in list(self.tenant.store.authenticators.values()):
            if one.user_id == authenticator.user_id and one.kind == authenticator.kind and self.is_confirmed(one):
                self.remove(one)
        super().confirm(authenticator)
