from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class SecondTextIsWorthNothing(SecondFactor):
    """The code that was sent again is refused; only the first one counts."""

    kind = "fault"
    evidence = "contract, 2.5: `resend-code`"

    def challenge(self, sign_in: SignIn, authenticator: Authenticator) -> None:
        first = sign_in.sent_code if sign_in.authenticator_id == authenticator.id else None
        super().challenge(sign_in, authenticator)
        sign_in.sent_code = first or sign_in.sent_code
