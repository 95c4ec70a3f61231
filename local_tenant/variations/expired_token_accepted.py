from local_tenant.rules.tokens import Claims, Tokens


class ExpiredTokenAccepted(Tokens):
    """A token is believed after its time."""

    kind = "fault"
    evidence = "contract, 4.5: an expired token is refused"

    def has_expired(self, claims: Claims) -> bool:
        return False
