from local_tenant.errors import BAD_VERIFIER_401, Row
from local_tenant.rules.sign_ins import AuthorizationCodes


class WrongVerifierWith401(AuthorizationCodes):
    """A wrong PKCE verifier meets 401."""

    kind = "dialect"
    evidence = "contract, 3.2: one recording carries 401"

    def bad_verifier_row(self) -> Row:
        return BAD_VERIFIER_401
