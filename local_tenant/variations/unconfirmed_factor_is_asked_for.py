from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor


class UnconfirmedFactorIsAskedFor(SecondFactor):
    """An enrolment that was never confirmed is asked for at sign-in."""

    kind = "fault"
    evidence = "contract, 1.3: only an active factor is"

    def counts(self, authenticator: Authenticator) -> bool:
        return True
