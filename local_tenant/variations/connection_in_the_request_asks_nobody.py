from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class ConnectionInTheRequestAsksNobody(SecondFactor):
    """Whoever names the connection in the request is not asked for a second factor."""

    kind = "fault"
    evidence = "contract, 1.3: the audience asks"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return sign_in.connection is None and super().is_required(sign_in, person)
