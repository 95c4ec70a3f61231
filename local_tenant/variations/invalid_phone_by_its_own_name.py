from local_tenant.errors import BAD_PHONE_BY_NAME, Row
from local_tenant.rules.phones import Phones


class InvalidPhoneByItsOwnName(Phones):
    """A number that is not accepted is refused as invalid_phone_number."""

    kind = "dialect"
    evidence = "contract, open question 14"

    def bad_number_row(self) -> Row:
        return BAD_PHONE_BY_NAME
