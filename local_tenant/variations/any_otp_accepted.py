from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.one_time_passwords import OneTimePasswords


class AnyOtpAccepted(OneTimePasswords):
    """Any digits pass for the app's."""

    kind = "fault"
    evidence = "contract, 3.6: a wrong one-time password is refused"

    def accept(self, authenticator: Authenticator, given: str) -> bool:
        return True
