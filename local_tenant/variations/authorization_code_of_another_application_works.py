from local_tenant.rules.applications import Application
from local_tenant.rules.sign_ins import AuthorizationCode, AuthorizationCodes


class AuthorizationCodeOfAnotherApplicationWorks(AuthorizationCodes):
    """A code is exchanged by any application."""

    kind = "fault"
    evidence = "contract, 3.2: code of another client"

    def is_of_client(self, code: AuthorizationCode, application: Application) -> bool:
        return True
