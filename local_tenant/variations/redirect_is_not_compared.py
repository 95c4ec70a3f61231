from local_tenant.rules.sign_ins import AuthorizationCodes, SignIn


class RedirectIsNotCompared(AuthorizationCodes):
    """Whoever presents a code may name any callback."""

    kind = "fault"
    evidence = "contract, 3.2; RFC 6749, 4.1.3"

    def redirect_is_right(self, sign_in: SignIn, given: str | None) -> bool:
        return True
