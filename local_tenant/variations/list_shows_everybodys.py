from local_tenant.rules.authenticators import Authenticators
from local_tenant.rules.people import Person


class ListShowsEverybodys(Authenticators):
    """The list shows everybody's authenticators."""

    kind = "fault"
    evidence = "contract, 6: the person's own"

    def listed(self, person: Person) -> list[dict[str, object]]:
        return [self.entry(one) for one in self.tenant.store.authenticators.values()]
