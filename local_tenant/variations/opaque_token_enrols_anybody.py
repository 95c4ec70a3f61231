from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class OpaqueTokenEnrolsAnybody(Enrolment):
    """The password alone is enough to enrol another factor."""

    kind = "fault"
    evidence = "contract, 4.2: whoever is enrolled comes through the second factor"

    def is_too_little(self, bearer: Bearer) -> bool:
        return False
