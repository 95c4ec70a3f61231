from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class SingleFactorIsNotAskedFor(SecondFactor):
    """Whoever has a single factor is not asked for it."""

    kind = "fault"
    evidence = "contract, 1.3: any active factor is asked for"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return super().is_required(sign_in, person) and len(self.offered(person)) > 1
