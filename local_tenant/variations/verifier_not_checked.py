from local_tenant.rules.sign_ins import AuthorizationCodes, SignIn


class VerifierNotChecked(AuthorizationCodes):
    """Any PKCE verifier passes."""

    kind = "fault"
    evidence = "contract, 3.2: it must fit the challenge"

    def verifier_is_right(self, sign_in: SignIn, verifier: str) -> bool:
        return True
