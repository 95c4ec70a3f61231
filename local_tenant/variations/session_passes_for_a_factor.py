from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class SessionPassesForAFactor(SecondFactor):
    """Who is signed in already is not asked for the second factor."""

    kind = "fault"
    evidence = "contract, 1.3: the MFA audience forces a challenge"

    def is_settled(self, sign_in: SignIn) -> bool:
        return sign_in.second_factor or (sign_in.auth_time or sign_in.started_at) < sign_in.started_at
