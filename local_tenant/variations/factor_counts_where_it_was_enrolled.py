from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class FactorCountsWhereItWasEnrolled(SecondFactor):
    """A phone is asked for only at the application at which it was enrolled."""

    kind = "fault"
    evidence = "contract, 1.3: a factor is the person's, not an application's"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        codes = self.tenant.store.codes.values()
        at = {code.client_id for code in codes if code.user_id == person.user_id and code.purpose == "enrolment"}
        return super().is_required(sign_in, person) and sign_in.application.client_id in at
