from local_tenant.rules.codes import SentCode
from local_tenant.rules.enrolment import Answer, Enrolment


class OobAnswerWithoutBindingMethod(Enrolment):
    """The answer does not say that a code will be asked for."""

    kind = "fault"
    evidence = "contract, 4.3: `binding_method` is `prompt`"

    def phone_answer(self, code: SentCode) -> Answer:
        return {name: value for name, value in super().phone_answer(code).items() if name != "binding_method"}
