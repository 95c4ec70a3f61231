from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class AnyOtpOpensTheDoor(SecondFactor):
    """Any one-time password opens the door."""

    kind = "fault"
    evidence = "contract, 2.6: invalid-code"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        return authenticator.kind == "totp" or super().is_right(sign_in, authenticator, given)
