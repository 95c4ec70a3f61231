from local_tenant.errors import BAD_BINDING_CODE, Refused
from local_tenant.rules.refusals import Refusals


class WrongCodeWith404(Refusals):
    """A wrong texted code is answered as if there were no such page."""

    kind = "fault"
    evidence = "contract, 3.6: 403"

    def status(self, refused: Refused) -> int:
        return 404 if refused.row is BAD_BINDING_CODE else super().status(refused)
