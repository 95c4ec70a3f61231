from local_tenant.rules.challenges import Challenges


class ChallengeTakesAccessToken(Challenges):
    """A challenge can be asked for with an access token for the MFA API."""

    kind = "dialect"
    evidence = "contract, open question 4"

    def takes_access_token(self) -> bool:
        return True
