from local_tenant.rules.people import People, Person


class FormerPasswordWorks(People):
    """The password with which somebody first signed in goes on opening the door."""

    kind = "fault"
    evidence = "contract, 7.2: the operator sets a password"

    def password_is_right(self, person: Person, given: str) -> bool:
        first: dict[str, str] = vars(self).setdefault("first_passwords", {})
        return first.setdefault(person.user_id, person.password) == given or super().password_is_right(person, given)
