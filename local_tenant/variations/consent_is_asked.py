from local_tenant.rules.consents import Consents
from local_tenant.rules.sign_ins import SignIn


class ConsentIsAsked(Consents):
    """Every application asks for consent, until it was given."""

    kind = "look"
    evidence = "contract, 1.8 and 2.9"
    stops = "consent"

    def is_needed(self, sign_in: SignIn) -> bool:
        return "consent" in sign_in.prompts or not self.is_given(sign_in)
