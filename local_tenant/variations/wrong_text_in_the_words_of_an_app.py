from local_tenant.errors import BAD_BINDING_CODE, BAD_OTP, Refused
from local_tenant.rules.refusals import Refusals


class WrongTextInTheWordsOfAnApp(Refusals):
    """A wrong texted code is refused in the words of a wrong one-time password."""

    kind = "fault"
    evidence = "contract, 3.6: Invalid binding_code."

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        words = {"error_description": BAD_OTP.words} if refused.row is BAD_BINDING_CODE else {}
        return super().oauth_body(refused) | words
