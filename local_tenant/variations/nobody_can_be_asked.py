from local_tenant.errors import NOT_ENROLLED, Refused
from local_tenant.rules.challenges import Answer, Challenges
from local_tenant.rules.mfa_access import Bearer


class NobodyCanBeAsked(Challenges):
    """A challenge finds nobody enrolled."""

    kind = "fault"
    evidence = "contract, 5: whoever is enrolled is asked"

    def begin(self, bearer: Bearer, asked: list[str], authenticator_id: str | None) -> Answer:
        raise Refused(NOT_ENROLLED)
