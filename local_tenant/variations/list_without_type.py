from local_tenant.rules.authenticators import Authenticators


class ListWithoutType(Authenticators):
    """A person's list does not say the type of a factor."""

    kind = "dialect"
    evidence = "contract, open question 24"

    def says_type(self) -> bool:
        return False
