from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.recovery_codes import RecoveryCodes


class RecoveryCodeWorksTwice(RecoveryCodes):
    """A recovery code that was used is still good."""

    kind = "fault"
    evidence = "contract, 3.6: the old one is dead"

    def is_right(self, authenticator: Authenticator, given: str) -> bool:
        return len(given) == len(authenticator.secret)
