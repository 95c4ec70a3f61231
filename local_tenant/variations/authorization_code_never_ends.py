from local_tenant.rules.sign_ins import AuthorizationCodes


class AuthorizationCodeNeverEnds(AuthorizationCodes):
    """A code of a callback is good for ever."""

    kind = "fault"
    evidence = "contract, 3.2: an expired code is refused"

    def lifetime(self) -> float:
        return float("inf")
