from local_tenant.rules.people import People, Person


class BlockedPersonSignsIn(People):
    """Whoever the operator blocked gets in all the same."""

    kind = "fault"
    evidence = "contract, 3.3: user is blocked"

    def is_kept_out(self, person: Person) -> bool:
        return False
