from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class MfaAudienceDoesNotAsk(SecondFactor):
    """The MFA audience does not ask for the second factor."""

    kind = "fault"
    evidence = "contract, 1.3: it forces a challenge"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return False
