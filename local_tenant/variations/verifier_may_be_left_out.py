from local_tenant.rules.sign_ins import AuthorizationCodes


class VerifierMayBeLeftOut(AuthorizationCodes):
    """A code is exchanged without its PKCE verifier; only a wrong one is refused."""

    kind = "fault"
    evidence = "contract, 3.2; RFC 7636, 4.6"

    def is_missed(self) -> bool:
        return False
