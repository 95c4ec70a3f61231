from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class UsedRecoveryCodeOpensTheDoor(SecondFactor):
    """On the pages a recovery code stays good when it was used."""

    kind = "fault"
    evidence = "contract, 3.6: the old one is dead"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        if authenticator.kind == "recovery-code":
            return self.tenant.recovery_codes.is_right(authenticator, given)
        return super().is_right(sign_in, authenticator, given)
