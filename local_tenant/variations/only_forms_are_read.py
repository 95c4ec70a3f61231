from local_tenant.rules.grants import Grants


class OnlyFormsAreRead(Grants):
    """A token request as a JSON object is refused."""

    kind = "fault"
    evidence = "contract, 3: both notations are accepted"

    def reads(self, notation: str) -> bool:
        return notation == "application/x-www-form-urlencoded"
