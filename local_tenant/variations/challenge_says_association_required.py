from local_tenant.errors import ASSOCIATION_REQUIRED, Row
from local_tenant.rules.challenges import Challenges


class ChallengeSaysAssociationRequired(Challenges):
    """A challenge of a person without a factor is refused as association_required."""

    kind = "dialect"
    evidence = "contract, open question 11"

    def not_enrolled_row(self) -> Row:
        return ASSOCIATION_REQUIRED
