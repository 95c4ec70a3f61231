from local_tenant.rules.people import People, Person


class SignUpTakesOver(People):
    """Whoever signs up with an address that is taken sets its password."""

    kind = "fault"
    evidence = "client requirements, 5: invalid_signup"

    def sign_up(self, email: str, password: str, connection: str) -> Person:
        known = self.by_email(email.lower(), connection)
        if known is None:
            return super().sign_up(email, password, connection)
        known.password = password
        return known
