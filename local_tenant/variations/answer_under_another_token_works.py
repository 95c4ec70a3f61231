from local_tenant.rules.codes import SentCode
from local_tenant.rules.enrolment import Enrolment
from local_tenant.rules.mfa_access import Bearer


class AnswerUnderAnotherTokenWorks(Enrolment):
    """A challenge can be answered under a later mfa_token than the one that asked."""

    kind = "fault"
    evidence = "contract, 3.6: the oob_code must match the mfa_token"

    def oob_code_fits(self, code: SentCode, bearer: Bearer) -> bool:
        return code.user_id == bearer.person.user_id and code.client_id == bearer.application.client_id
