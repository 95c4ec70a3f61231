"""Universal Login: which screens there are and how they look (contract, 2)."""

from __future__ import annotations

from typing import Literal

from local_tenant.rules.base import Rule


class Pages(Rule):
    """How pages differ from tenant to tenant."""

    def first_screen(self) -> Literal["login", "login/identifier"]:
        """Address and password on one page."""
        return "login"

    def has_decoy_password(self) -> bool:
        """The page that asks for the address alone has a hidden password field that nobody fills."""
        return True

    def has_hidden_submit(self) -> bool:
        """Newer builds put a hidden copy of the submit button before the visible one."""
        return False

    def resend_action(self) -> str:
        """The value of the button that asks for another text."""
        return "resend-code"

    def has_error_announcer(self) -> bool:
        """Newer builds repeat an error's words for screen readers."""
        return False
