from local_tenant.errors import OOB_CODE_OF_ANOTHER_403, Row
from local_tenant.rules.enrolment import Enrolment


class OobCodeOfAnotherWith403(Enrolment):
    """An oob_code of another transaction is answered with status 403."""

    kind = "dialect"
    evidence = "contract, 3.6: 403 or 400"

    def of_another_row(self) -> Row:
        return OOB_CODE_OF_ANOTHER_403
