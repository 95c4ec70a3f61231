from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class TokenFromBeforeTheFirstFactorRefused(Enrolment):
    """An access token from before the first factor was confirmed enrols nothing more."""

    kind = "dialect"
    evidence = "contract, open question 26"

    def is_too_little(self, bearer: Bearer) -> bool:
        own = self.tenant.authenticators.of(bearer.person)
        later = any(int(one.confirmed_at or 0) > bearer.issued_at for one in own)
        return bearer.transaction is not None or later
