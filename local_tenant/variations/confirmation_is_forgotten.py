from local_tenant.rules.authenticators import Authenticator, Authenticators


class ConfirmationIsForgotten(Authenticators):
    """A confirmation answers a token but enrols nothing."""

    kind = "fault"
    evidence = "contract, 4.6: active once confirmed"

    def confirm(self, authenticator: Authenticator) -> None:
        """Nothing is noted."""
