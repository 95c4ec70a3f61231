from local_tenant.rules.authenticators import Authenticator
from local_tenant.rules.challenges import Challenges


class AnybodysPhoneCanBeAsked(Challenges):
    """A challenge may name the authenticator of somebody else."""

    kind = "fault"
    evidence = "contract, 5: the person's own"

    def nameable(self, usable: list[Authenticator]) -> list[Authenticator]:
        return list(self.tenant.store.authenticators.values())
