from local_tenant.errors import PUSH_REJECTED_AS_GRANT, Row
from local_tenant.rules.pushes import Pushes


class PushRejectionIsInvalidGrant(Pushes):
    """A push that was denied is refused as invalid_grant."""

    kind = "dialect"
    evidence = "contract, open question 10"

    def rejected_row(self) -> Row:
        return PUSH_REJECTED_AS_GRANT
