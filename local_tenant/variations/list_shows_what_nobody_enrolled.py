from local_tenant.rules.authenticators import Authenticators
from local_tenant.rules.people import Person


class ListShowsWhatNobodyEnrolled(Authenticators):
    """The list shows an active authenticator that nobody enrolled."""

    kind = "fault"
    evidence = "contract, 6: active means confirmed"

    def listed(self, person: Person) -> list[dict[str, object]]:
        strange = {"id": "push|dev_0000000000000000", "authenticator_type": "oob", "active": True}
        return [*super().listed(person), strange | {"oob_channel": "auth0"}]
