from local_tenant.errors import Refused
from local_tenant.rules.refusals import Refusals


class CallbackBringsACodeBesideTheError(Refusals):
    """Where a sign-in is refused, a code comes to the callback as well."""

    kind = "fault"
    evidence = "contract, 1.7: the callback carries `error`, `error_description` and `state`"

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        return super().oauth_body(refused) | ({"code": "code"} if refused.row.status == 302 else {})
