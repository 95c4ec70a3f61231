from local_tenant.rules.enrolment import Answer, Enrolment
from local_tenant.rules.mfa_access import Bearer
from local_tenant.rules.tokens import Order


class PresentedTokenComesBack(Enrolment):
    """A confirmation hands back the access token that was presented, for the rest of its time."""

    kind = "dialect"
    evidence = "open question 27: whether the confirmation's token is another one"

    def handed_out(self, order: Order, bearer: Bearer) -> Answer:
        left = bearer.expires_at - int(self.tenant.clock.now())
        presented = {"access_token": bearer.access_token, "scope": " ".join(bearer.scopes), "expires_in": left}
        return super().handed_out(order, bearer) | presented
