from dataclasses import replace

from local_tenant.rules.applications import Application
from local_tenant.rules.refresh_tokens import RefreshTokens
from local_tenant.rules.tokens import Order


class RefreshingChangesThePerson(RefreshTokens):
    """A refresh token brings tokens of somebody else."""

    kind = "fault"
    evidence = "contract, 3.5; RFC 6749, 6"

    def redeem(self, application: Application, token: str, asked: list[str]) -> Order:
        order = super().redeem(application, token, asked)
        others = [one for one in self.tenant.store.people.values() if one is not order.person]
        return replace(order, person=others[0]) if others else order
