from local_tenant.rules.applications import Application
from local_tenant.rules.refresh_tokens import RefreshTokens
from local_tenant.rules.tokens import RefreshFamily


class RefreshTokenOfAnotherApplicationWorks(RefreshTokens):
    """A refresh token is good in any application's hands."""

    kind = "fault"
    evidence = "contract, 3.5; RFC 6749, 6"

    def is_of_client(self, family: RefreshFamily, application: Application) -> bool:
        return True
