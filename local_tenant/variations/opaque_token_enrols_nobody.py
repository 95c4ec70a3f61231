from local_tenant.errors import ALREADY_ENROLLED, Refused
from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class OpaqueTokenEnrolsNobody(Enrolment):
    """The token of a password grant does not enrol a first factor either."""

    kind = "fault"
    evidence = "contract, 4.2: without an active authenticator it does"

    def check_may_begin(self, bearer: Bearer) -> None:
        if self.is_too_little(bearer):
            raise Refused(ALREADY_ENROLLED)
