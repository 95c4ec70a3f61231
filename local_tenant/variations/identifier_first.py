from typing import Literal

from local_tenant.rules.pages import Pages


class IdentifierFirst(Pages):
    """The address is asked for on one page, the password on the next."""

    kind = "look"
    evidence = "contract, 2.4: Auth0's own HTML"

    def first_screen(self) -> Literal["login", "login/identifier"]:
        return "login/identifier"
