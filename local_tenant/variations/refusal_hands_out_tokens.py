from local_tenant.errors import Refused
from local_tenant.rules.refusals import Refusals


class RefusalHandsOutTokens(Refusals):
    """Whoever is told to show a second factor gets an access token in the same answer."""

    kind = "fault"
    evidence = "contract, 3.4: the refusal carries an `mfa_token` alone"

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        handed = {"access_token": "eyJ0"} if refused.row.error == "mfa_required" else {}
        return super().oauth_body(refused) | handed
