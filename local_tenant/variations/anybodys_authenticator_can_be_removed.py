from local_tenant.rules.authenticators import Authenticator, Authenticators
from local_tenant.rules.people import Person


class AnybodysAuthenticatorCanBeRemoved(Authenticators):
    """Whoever knows an authenticator's id removes it."""

    kind = "fault"
    evidence = "contract, 6: the person's own"

    def within_reach(self, person: Person) -> list[Authenticator]:
        return list(self.tenant.store.authenticators.values())
