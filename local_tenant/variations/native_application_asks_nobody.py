from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class NativeApplicationAsksNobody(SecondFactor):
    """At a native application nobody is asked for a second factor."""

    kind = "fault"
    evidence = "contract, 1.3: the audience asks, at any application"

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        return sign_in.application.app_type != "native" and super().is_required(sign_in, person)
