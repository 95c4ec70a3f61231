from local_tenant.rules.authenticators import Authenticator, Authenticators


class NumberBelongsToOnePerson(Authenticators):
    """A number that somebody else enrols is taken from who had it."""

    kind = "fault"
    evidence = "contract, 4: a factor is the person's own"

    def confirm(self, authenticator: Authenticator) -> None:
        for one in list(self.tenant.store.authenticators.values()):
            if one.phone == authenticator.phone != "" and one.user_id != authenticator.user_id:
                self.remove(one)
        super().confirm(authenticator)
