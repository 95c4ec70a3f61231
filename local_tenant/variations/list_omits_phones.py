from local_tenant.rules.authenticators import Authenticator, Authenticators


class ListOmitsPhones(Authenticators):
    """The person's list leaves phones out."""

    kind = "fault"
    evidence = "contract, 6: everything is listed"

    def is_listed(self, authenticator: Authenticator) -> bool:
        return authenticator.kind != "sms"
