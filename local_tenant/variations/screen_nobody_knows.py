from local_tenant.rules.pages import Pages
from local_tenant.rules.sign_ins import SignIn


class ScreenNobodyKnows(Pages):
    """A screen of this tenant's own stands before the callback."""

    kind = "look"
    evidence = "contract, 2.10: screens that a release brings"
    stops = "unknown screen"

    def interludes(self, sign_in: SignIn) -> list[str]:
        return [*super().interludes(sign_in), "club-card"]
