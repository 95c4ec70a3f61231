from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class ConfirmingTextOpensTheDoor(SecondFactor):
    """The texted code that confirmed a phone opens the door later."""

    kind = "fault"
    evidence = "contract, 8: a code is good once"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        codes = self.tenant.store.codes.values()
        own = {one.digits for one in codes if one.user_id == authenticator.user_id}
        return given in own or super().is_right(sign_in, authenticator, given)
