from local_tenant.rules.codes import Codes, SentCode


class CodeOfAnotherEnrolmentWorks(Codes):
    """Any code that was texted to a person confirms any enrolment of theirs."""

    kind = "fault"
    evidence = "contract, 3.6: a code belongs to its oob_code"

    def is_right(self, code: SentCode, given: str) -> bool:
        return any(one.digits == given for one in self.tenant.store.codes.values() if one.user_id == code.user_id)
