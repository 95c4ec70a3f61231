from local_tenant.rules.people import People


class PasswordIsSetByAsking(People):
    """Whoever asks for a new password may name one, and it counts at once."""

    kind = "fault"
    evidence = "client requirements, 5: an e-mail is sent"

    def ask_for_new_password(self, email: str, connection: str, named: str | None) -> None:
        person = self.by_email(email.lower(), connection)
        if person is not None and named:
            person.password = named
