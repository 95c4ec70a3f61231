from dataclasses import replace

from local_tenant.errors import Row
from local_tenant.rules.challenges import Challenges


class UnsupportedChallengeTypeWith403(Challenges):
    """What a person does not have is answered with status 403."""

    kind = "dialect"
    evidence = "contract, open question 16"

    def unsupported(self, row: Row) -> Row:
        return replace(row, status=403)
