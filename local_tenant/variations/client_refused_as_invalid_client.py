from local_tenant.errors import CLIENT_INVALID, Row
from local_tenant.rules.applications import Applications


class ClientRefusedAsInvalidClient(Applications):
    """An application that does not prove itself is refused as invalid_client."""

    kind = "dialect"
    evidence = "contract, open question 9"

    def refused_row(self) -> Row:
        return CLIENT_INVALID
