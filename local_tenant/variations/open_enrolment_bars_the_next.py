from local_tenant.errors import ALREADY_ENROLLED, Refused
from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class OpenEnrolmentBarsTheNext(Enrolment):
    """Whoever has begun an enrolment cannot begin another."""

    kind = "fault"
    evidence = "contract, 4.2: an unconfirmed authenticator does not block further ones"

    def check_may_begin(self, bearer: Bearer) -> None:
        super().check_may_begin(bearer)
        authenticators = self.tenant.authenticators
        if not all(authenticators.is_confirmed(one) for one in authenticators.of(bearer.person)):
            raise Refused(ALREADY_ENROLLED)
