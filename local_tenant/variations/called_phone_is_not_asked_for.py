from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class CalledPhoneIsNotAskedFor(SecondFactor):
    """Whoever has a phone that is called is not asked for it."""

    kind = "fault"
    evidence = "contract, 1.3: every active factor but e-mail is asked for"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return super().is_required(sign_in, person) and not any(one.kind == "voice" for one in self.usable(person))
