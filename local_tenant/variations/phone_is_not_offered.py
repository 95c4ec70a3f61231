from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.people import Person
from local_tenant.rules.second_factor import SecondFactor


class PhoneIsNotOffered(SecondFactor):
    """The phone does not open the door at sign-in."""

    kind = "fault"
    evidence = "contract, 2.7: every active factor is offered"

    def offered(self, person: Person) -> list[Authenticator]:
        return [one for one in super().offered(person) if one.kind != "sms"]
