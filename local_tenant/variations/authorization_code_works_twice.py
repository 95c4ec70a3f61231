from local_tenant.rules.sign_ins import AuthorizationCode, AuthorizationCodes


class AuthorizationCodeWorksTwice(AuthorizationCodes):
    """An authorization code can be used again."""

    kind = "fault"
    evidence = "contract, 3.2: a used code is refused"

    def spend(self, code: AuthorizationCode) -> None:
        """Nothing is noted."""
