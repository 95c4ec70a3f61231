from local_tenant.rules.people import People


class TokenOutlivesItsPerson(People):
    """A removed person stays, and so do their tokens."""

    kind = "fault"
    evidence = "contract, 7.2: a deleted user is gone"

    def delete(self, user_id: str) -> None:
        return None
