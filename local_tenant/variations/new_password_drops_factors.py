from local_tenant.rules.people import People, Person


class NewPasswordDropsFactors(People):
    """Who gets a new password loses their factors."""

    kind = "fault"
    evidence = "contract, 7.3: factors end when they are removed"

    def after_change(self, person: Person) -> None:
        for one in self.tenant.authenticators.of(person):
            self.tenant.authenticators.remove(one)
