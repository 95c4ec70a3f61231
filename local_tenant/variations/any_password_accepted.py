from local_tenant.rules.people import People, Person


class AnyPasswordAccepted(People):
    """Any password signs a person in."""

    kind = "fault"
    evidence = "contract, 2.4: a wrong password is refused"

    def password_is_right(self, person: Person, given: str) -> bool:
        return True
