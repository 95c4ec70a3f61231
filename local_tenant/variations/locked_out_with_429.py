from local_tenant.errors import LOCKED_OUT, Row
from local_tenant.rules.limits import Limits


class LockedOutWith429(Limits):
    """Whoever is locked out meets 429 `too_many_attempts`."""

    kind = "dialect"
    evidence = "open question 17: clients know this answer"

    def locked_row(self, wrong: Row) -> Row:
        return LOCKED_OUT
