from local_tenant.rules.codes import SentCode
from local_tenant.rules.enrolment import Enrolment


class CodeMayBeLeftOut(Enrolment):
    """A confirmation without the texted code is accepted."""

    kind = "fault"
    evidence = "contract, 3.6: it is a required parameter"

    def wants_binding_code(self, code: SentCode) -> bool:
        return False
