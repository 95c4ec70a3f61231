from local_tenant.rules.applications import Application
from local_tenant.rules.mfa_access import Bearer, MfaAccess


class TokenOfAnotherApplicationWorks(MfaAccess):
    """An application may confirm with a token that another one was given."""

    kind = "fault"
    evidence = "contract, 3.6: the mfa_token was not issued to this client"

    def is_of_client(self, bearer: Bearer, application: Application) -> bool:
        return True
