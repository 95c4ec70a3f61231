from local_tenant.errors import Refused
from local_tenant.rules.refusals import Refusals


class RefusalWith200(Refusals):
    """Refusals are answered with status 200."""

    kind = "fault"
    evidence = "contract, 3: 400, 401 or 403"

    def status(self, refused: Refused) -> int:
        return 200
