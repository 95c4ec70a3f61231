from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor


class AddressCountsAsAFactor(SecondFactor):
    """A verified e-mail address counts as a factor of its own."""

    kind = "fault"
    evidence = "contract, 1.3: whoever has only e-mail is not asked"

    def is_enrolled(self, person: Person) -> bool:
        return any(self.counts(one) for one in self.tenant.authenticators.of(person))
