from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class SecondFactorOnlyForEnrolment(SecondFactor):
    """A sign-in for the MFA API that does not ask for `enroll` is let in without the second factor."""

    kind = "fault"
    evidence = "contract, 1.3: the audience asks, whatever the scopes"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return super().is_required(sign_in, person) and "enroll" in sign_in.scopes
