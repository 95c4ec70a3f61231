from dataclasses import replace

from local_tenant.rules.applications import Application
from local_tenant.rules.password_grant import PasswordGrant
from local_tenant.rules.tokens import Order


class NamedConnectionAsksNobody(PasswordGrant):
    """A password with the connection's name earns tokens without a second factor."""

    kind = "fault"
    evidence = "contract, 3.4: raised by password-realm as well"

    def redeem(
        self, application: Application, username: str, password: str, realm: str | None, audience: str | None,
        asked: list[str],
    ) -> Order:  # fmt: skip
        order = super().redeem(application, username, password, realm, audience, asked)
        return replace(order, second_factor=True) if realm else order
