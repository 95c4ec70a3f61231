from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class AnybodysTextOpensTheDoor(SecondFactor):
    """A code that was texted to somebody else opens the door."""

    kind = "fault"
    evidence = "contract, 8: a code is for whom it was sent to"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        sent = {one.digits for one in self.tenant.store.newest_codes.values()}
        return given in sent or super().is_right(sign_in, authenticator, given)
