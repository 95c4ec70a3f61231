"""Universal Login: which screens there are and how they look (AF-PAGE-01)."""

from __future__ import annotations

from typing import Literal

from local_tenant.model import SignIn
from local_tenant.rules.base import Rule


class Pages(Rule):
    """How pages differ from tenant to tenant."""

    def first_screen(self) -> Literal["login", "login/identifier"]:
        """Address and password on one page, unless the tenant's prompt settings say the address first."""
        return "login/identifier" if self.tenant.settings.prompts["identifier_first"] else "login"

    def extra_screens(self, sign_in: SignIn) -> list[str]:  # noqa: ARG002  # looks that add a screen look at it
        """Nothing stands between the second factor and consent. Looks that add a screen chain here."""
        return []

    def languages(self) -> tuple[str, ...]:
        """What the pages are written in; the first one where `ui_locales` names none of them."""
        return ("en", "de", "ar")

    def language(self, asked: tuple[str, ...]) -> str:
        """The first language asked for that there is."""
        there_are = self.languages()
        return next((one[:2].lower() for one in asked if one[:2].lower() in there_are), there_are[0])

    def has_decoy_password(self, path: str) -> bool:
        """The page that asks for the address alone has a hidden password field that nobody fills."""
        return path == "login/identifier"

    def has_hidden_submit(self) -> bool:
        """Newer builds put a hidden copy of the submit button before the visible one."""
        return False

    def resend_action(self) -> str:
        """The value of the button that asks for another text."""
        return "resend-code"

    def decline_action(self) -> str:
        """The value of the button that refuses consent (AF-PAGE-24)."""
        return "deny"

    def has_error_announcer(self) -> bool:
        """Newer builds repeat an error's words for screen readers."""
        return False

    def has_captcha(self) -> bool:
        """No picture is to be read before the password."""
        return False

    def has_custom_template(self) -> bool:
        """The page holds the tenant's own widget and nothing else."""
        return False

    def has_cookie_banner(self) -> bool:
        """Nothing lies over the page."""
        return False

    def is_redrawn_by_script(self) -> bool:
        """What was loaded stays as it is."""
        return False

    def validates_in_browser(self) -> bool:
        """Fields are looked at by the tenant alone."""
        return False

    def asset_delay(self) -> float:
        """A page needs no file beside it, so nothing is slow; in seconds."""
        return 0.0

    def content_security_policy(self, nonce: str) -> str:  # noqa: ARG002  # a stricter one names it
        """Pages are shown in no frame; nothing else is forbidden."""
        return "frame-ancestors 'none'"
