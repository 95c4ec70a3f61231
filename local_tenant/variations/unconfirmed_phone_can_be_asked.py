from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.challenges import Challenges


class UnconfirmedPhoneCanBeAsked(Challenges):
    """A challenge may name a phone of the person's own that nobody confirmed."""

    kind = "fault"
    evidence = "contract, 5: an inactive authenticator is refused; 6: unconfirmed ones are not active"

    def nameable(self, usable: list[Authenticator]) -> list[Authenticator]:
        return [one for one in self.tenant.store.authenticators.values() if one.user_id == usable[0].user_id]
