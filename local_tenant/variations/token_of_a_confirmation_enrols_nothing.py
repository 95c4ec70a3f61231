from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class TokenOfAConfirmationEnrolsNothing(Enrolment):
    """The token of a confirmation names `enroll`, and does not enrol."""

    kind = "fault"
    evidence = "contract, 4.2: it has the same scopes"

    def is_too_little(self, bearer: Bearer) -> bool:
        return bearer.transaction is not None or "openid" not in bearer.scopes
