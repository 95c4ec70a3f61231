from local_tenant.rules.challenges import Answer, Challenges
from local_tenant.rules.codes import SentCode


class ChallengeWithoutBindingMethod(Challenges):
    """The answer to a challenge does not say that a code is to be typed."""

    kind = "fault"
    evidence = "contract, 5: `binding_method` is `prompt`"

    def oob_answer(self, code: SentCode) -> Answer:
        return {"challenge_type": "oob", "oob_code": code.oob_code}
