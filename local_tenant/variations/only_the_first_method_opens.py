from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class OnlyTheFirstMethodOpens(SecondFactor):
    """The code of a method that was taken from the list is refused."""

    kind = "fault"
    evidence = "contract, 2.7: the list leads to the method's own screen"

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        first = self.first_offered(self.tenant.people.get(authenticator.user_id))
        return authenticator.id == first.id and super().is_right(sign_in, authenticator, given)
