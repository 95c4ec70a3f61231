from local_tenant.rules.codes import Codes, SentCode


class CodeComparedInPart(Codes):
    """Of a texted code only the first five digits are compared."""

    kind = "fault"
    evidence = "contract, 3.6: a wrong code is refused"

    def is_right(self, code: SentCode, given: str) -> bool:
        return code.digits[:5] == given[:5]
