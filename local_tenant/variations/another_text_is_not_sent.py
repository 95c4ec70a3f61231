from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.second_factor import SecondFactor
from local_tenant.rules.sign_ins import SignIn


class AnotherTextIsNotSent(SecondFactor):
    """Who asks for another text gets none; the page says nothing of it."""

    kind = "fault"
    evidence = "contract, 2.5: `resend-code`"

    def challenge(self, sign_in: SignIn, authenticator: Authenticator) -> None:
        if sign_in.sent_code is None or sign_in.authenticator_id != authenticator.id:
            super().challenge(sign_in, authenticator)
            return
        self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
        self.tenant.sign_ins.show_screen(sign_in)
