from local_tenant.rules.authenticators import Authenticator, Authenticators


class VerifiedAddressIsNotListed(Authenticators):
    """A verified e-mail address is missing in the person's list."""

    kind = "fault"
    evidence = "contract, 6: with e-mail on, it shows as active"

    def is_listed(self, authenticator: Authenticator) -> bool:
        return not authenticator.is_verified_address
