from local_tenant.rules.people import People, Person


class AddressProvesSomebodyElse(People):
    """Whoever has somebody's address in another connection signs in as that person."""

    kind = "fault"
    evidence = "client requirements: people of another connection are others"

    def sign_in(self, email: str, password: str, connection: str | None = None) -> Person | None:
        proved = super().sign_in(email, password, connection)
        return None if proved is None else self.by_email(proved.email)
