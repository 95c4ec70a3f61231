from local_tenant.rules.people import People, Person


class PasswordIsBreached(People):
    """Every password is known to thieves and must be changed first."""

    kind = "look"
    evidence = "contract, 2.3: `password-breached`"
    stops = "breached password"

    def password_is_breached(self, person: Person) -> bool:
        return True
