from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class SpentOtpOpensTheDoor(SecondFactor):
    """A one-time password that was used already opens the door."""

    kind = "fault"
    evidence = "contract, 8: each step is good once"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        otp = self.tenant.one_time_passwords
        if authenticator.kind != "totp":
            return super().is_right(sign_in, authenticator, given)
        return any(otp.is_right(authenticator, given, step) for step in otp.accepted_steps())
