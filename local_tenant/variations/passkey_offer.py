from local_tenant.rules.pages import Pages
from local_tenant.rules.sign_ins import SignIn


class PasskeyOffer(Pages):
    """After a sign-in a passkey is offered."""

    kind = "look"
    evidence = "contract, 2.4 and 2.11"

    def interludes(self, sign_in: SignIn) -> list[str]:
        offered = ["passkey-enrollment"] if sign_in.was_asked else []
        return [*super().interludes(sign_in), *offered]
