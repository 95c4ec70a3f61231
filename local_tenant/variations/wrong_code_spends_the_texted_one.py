from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class WrongCodeSpendsTheTextedOne(SecondFactor):
    """After a wrong code at sign-in the texted one is worth nothing."""

    kind = "fault"
    evidence = "contract, 2.5: after a wrong code the page asks for the code again"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        right = super().is_right(sign_in, authenticator, given)
        sign_in.sent_code = sign_in.sent_code if right else None
        return right
