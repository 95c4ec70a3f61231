from local_tenant.rules.codes import SentCode
from local_tenant.rules.enrolment import Answer, Enrolment


class OobAnswerSaysVoice(Enrolment):
    """The answer says that the code is spoken, when it is texted."""

    kind = "fault"
    evidence = "contract, 4.3: `oob_channel` is `sms`"

    def phone_answer(self, code: SentCode) -> Answer:
        return super().phone_answer(code) | {"oob_channel": "voice"}
