from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class LateTextOpensTheDoor(SecondFactor):
    """A texted code opens the door however late."""

    kind = "fault"
    evidence = "contract, 8: five minutes"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        code = sign_in.sent_code
        if authenticator.kind == "sms" and code is not None:
            return self.tenant.codes.is_good(code, given)
        return super().is_right(sign_in, authenticator, given)
