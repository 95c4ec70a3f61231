from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class ChallengeCanBeSkipped(SecondFactor):
    """Whoever has seen the challenge may go on without answering it."""

    kind = "fault"
    evidence = "contract, 1.3: it forces a challenge"

    def is_settled(self, sign_in: SignIn) -> bool:
        return sign_in.second_factor or sign_in.authenticator_id is not None
