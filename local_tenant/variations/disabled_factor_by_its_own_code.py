from local_tenant.errors import FACTOR_OFF_BY_CODE, Row
from local_tenant.rules.factors import Factors


class DisabledFactorByItsOwnCode(Factors):
    """A factor that is off is refused as enrollment_method_disabled, with status 400."""

    kind = "dialect"
    evidence = "contract, open question 13"

    def off_row(self) -> Row:
        return FACTOR_OFF_BY_CODE
