from local_tenant.rules.codes import SentCode
from local_tenant.rules.enrolment import Answer, Enrolment


class CallIsCalledAText(Enrolment):
    """The answer says that the code is texted, however it is sent."""

    kind = "fault"
    evidence = "contract, 4.3: `oob_channel` is `voice` for a call"

    def phone_answer(self, code: SentCode) -> Answer:
        return super().phone_answer(code) | {"oob_channel": "sms"}
