from local_tenant.errors import NO_CLIENT_GRANT_BY_NAME, Row
from local_tenant.rules.grants import Grants


class ClientGrantInNewerWords(Grants):
    """An application without a client grant is told so in the newer wording."""

    kind = "dialect"
    evidence = "contract, 3.5"

    def no_client_grant_row(self) -> Row:
        return NO_CLIENT_GRANT_BY_NAME
