from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.one_time_passwords import OneTimePasswords


class OtpWorksTwice(OneTimePasswords):
    """A one-time password can be used again."""

    kind = "fault"
    evidence = "contract, 8: a used one cannot be used again"

    def is_spent(self, authenticator: Authenticator, step: int) -> bool:
        return False
