from local_tenant.rules.sign_ins import SignIn
from local_tenant.rules.way import Way


class SilentRequestAsksNobody(Way):
    """A silent request of whoever is signed in brings a token, without the second factor."""

    kind = "fault"
    evidence = "contract, 1.7: login_required where a second factor is needed"

    def check_silent(self, sign_in: SignIn) -> None:
        if sign_in.user_id is None:
            super().check_silent(sign_in)
