from local_tenant.rules.operator_view import OperatorView
from local_tenant.rules.people import Person


class OperatorListOmitsEverything(OperatorView):
    """The operator's list of methods is always empty."""

    kind = "fault"
    evidence = "contract, 7.3: every method is listed"

    def authentication_methods(self, person: Person) -> list[dict[str, object]]:
        return []
