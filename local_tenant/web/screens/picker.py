"""Other methods: the list of everything to answer with, and of several of one kind (contract, 2.2, 2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.model import Authenticator, Kind
from local_tenant.rules.second_factor import SCREENS
from local_tenant.web.screens.screen import Press, Screen, Shown, Visit

NAMES: dict[Kind, tuple[str, str]] = {
    "totp": ("otp", "Google Authenticator or similar"),
    "sms": ("sms", "SMS"),
    "voice": ("voice", "Phone call"),
    "email": ("email", "Email"),
    "recovery-code": ("recovery-code", "Recovery code"),
}
"""How a method is named: by its button, and to people."""


class List(Screen):
    """Lists authenticators; choosing one begins its challenge."""

    stands_idle = False

    def may_show(self, visit: Visit) -> bool:
        """While the sign-in is at a challenge."""
        sign_in = visit.sign_in
        if sign_in.user_id is None or sign_in.second_factor:
            return False
        asked = visit.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        return asked in visit.tenant.second_factor.offered(visit.person)

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """Return what is offered, by the value of its button."""
        raise NotImplementedError

    def shown(self, visit: Visit) -> Shown:
        """Each with its button's value, the method's name, and the words for people."""
        return {"methods": [self.line(visit, value, one) for value, one in self.listed(visit).items()]}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """One line of the list."""
        return value, *NAMES[one.kind]

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Choose one; anything else shows the list again."""
        return {"default": self.show, "back-action": lambda visit: visit.onwards(), **self._choices(visit)}

    def _choices(self, visit: Visit) -> dict[str, Press]:
        choices: dict[str, Press] = {}
        for value, one in self.listed(visit).items():
            choices[value] = lambda visit, one=one: self.choose(visit, one)  # type: ignore[misc]
        return choices

    def choose(self, visit: Visit, one: Authenticator) -> Response:
        """Ask for this one."""
        visit.tenant.second_factor.challenge(visit.sign_in, one)
        return visit.to(SCREENS[one.kind])


class LoginOptions(List):
    """Every method of the person's."""

    path, template = "mfa-login-options", "mfa_login_options.html"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """`otp::0`, `sms::1`, …: the method and its place."""
        offered = visit.tenant.second_factor.offered(visit.person)
        return {f"{NAMES[one.kind][0]}::{index}": one for index, one in enumerate(offered)}

    def _choices(self, visit: Visit) -> dict[str, Press]:
        """A method may be named without its place, as newer builds do."""
        choices = super()._choices(visit)
        for value, press in list(choices.items()):
            choices.setdefault(value.partition("::")[0], press)
        return choices


class SmsList(List):
    """Several phones of one person."""

    path, template = "mfa-sms-list", "mfa_list.html"
    kind: Kind = "sms"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """`selection-action::0`, …: the phone's place."""
        offered = [one for one in visit.tenant.second_factor.offered(visit.person) if one.kind == self.kind]
        return {f"selection-action::{index}": one for index, one in enumerate(offered)}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """The number or address, masked."""
        mask = visit.tenant.emails.mask if one.kind == "email" else visit.tenant.phones.mask_on_page
        return value, NAMES[one.kind][0], mask(one.phone)


class EmailList(SmsList):
    """Several addresses of one person."""

    path = "mfa-email-list"
    kind: Kind = "email"
