from local_tenant.rules.authenticators import Authenticator, Authenticators


class RemovalRemovesNothing(Authenticators):
    """A removal is answered as done, and the authenticator stays."""

    kind = "fault"
    evidence = "contract, 6: 204 and gone"

    def remove(self, authenticator: Authenticator) -> None:
        """Nothing is removed."""
