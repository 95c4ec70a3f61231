"""The challenges of the second factor, and the lists to choose another one from.

Facts: AF-PAGE-15, AF-PAGE-17, AF-PAGE-19, AF-PAGE-20.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.model import Authenticator, Kind
from local_tenant.rules.second_factor import SCREENS
from local_tenant.web.screens.screen import Handler, Screen, TemplateData, Visit

NAMES: dict[Kind, tuple[str, str]] = {
    "totp": ("otp", "Google Authenticator or similar"),
    "sms": ("sms", "SMS"),
    "voice": ("voice", "Phone call"),
    "email": ("email", "Email"),
    "recovery-code": ("recovery-code", "Recovery code"),
}
"""How a method is named: by its button, and to users."""


class Challenge(Screen):
    """Asks for the code of the authenticator that the sign-in is at."""

    template = "mfa_challenge.html"
    has_no_time_limit = False
    kind: Kind
    code = re.compile(r"[0-9]{6}", re.ASCII)
    wrong_format = "invalid-code"
    lists = ""
    """The screen that lists the user's others of this kind; nothing where there is none."""

    def is_due(self, visit: Visit) -> bool:
        """While the sign-in is at an authenticator of this kind."""
        if visit.sign_in.user_id is None or visit.sign_in.second_factor:
            return False
        asked = self._asked(visit)
        return asked is not None and asked in visit.tenant.second_factor.offered(visit.user)

    def shown(self, visit: Visit) -> TemplateData:
        """Whom it was sent to, masked; whether there are other ways; whether this browser may be remembered."""
        offered = visit.tenant.second_factor.offered(visit.user)
        return {
            "kind": self.kind,
            "others": len(offered) > 1,
            "has_several": bool(self.lists) and len([one for one in offered if one.kind == self.kind]) > 1,
            "can_switch": self._pair(visit) is not None,
        }

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Go on, or another method."""
        return {"default": self.submit, "pick-authenticator": lambda visit: visit.redirect("mfa-login-options")}

    def submit(self, visit: Visit) -> Response:
        """DashboardAccess at the code; a right one may remember the browser."""
        given = self._given(visit)
        if not self.code.fullmatch(given):
            return self.show_error(visit, self.wrong_format, "code")
        asked = self._asked(visit)
        assert asked is not None, "the screen is shown to whom it asks"
        visit.sign_in.remembers_device = visit.field("rememberBrowser") == "true"
        met = visit.tenant.second_factor.verify(visit.sign_in, asked, given)
        if met != "right":
            visit.tenant.sign_ins.show_screen(visit.sign_in)
            return self.show_error(visit, met, "code")
        return visit.continue_sign_in()

    def _given(self, visit: Visit) -> str:
        return visit.field("code").strip()

    def _asked(self, visit: Visit) -> Authenticator | None:
        asked = visit.tenant.store.authenticators.get(visit.sign_in.authenticator_id or "")
        return asked if asked is not None and asked.kind == self.kind else None

    def _pair(self, visit: Visit) -> Authenticator | None:
        """The same phone by the other channel."""
        asked = self._asked(visit)
        offered = visit.tenant.second_factor.offered(visit.user)
        pair = visit.tenant.authenticators.pair_of(asked) if asked is not None else []
        return next((one for one in pair if one in offered and one.kind in ("sms", "voice")), None)


class SentChallenge(Challenge):
    """Asks for digits that were sent."""

    def shown(self, visit: Visit) -> TemplateData:
        """Beside that the number or address, masked."""
        asked = self._asked(visit)
        return super().shown(visit) | {"sent_to": self._masked(visit, asked.phone) if asked else ""}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Once more, another phone or address, the other channel."""
        more: dict[str, Handler] = {visit.tenant.pages.resend_action(): self.resend}
        if self.lists:
            more[f"pick-{self.kind}"] = lambda visit: visit.redirect(self.lists)
        for name in ("switch-to-voice", "switch-to-text", "switch-to-sms"):
            more[name] = self.switch
        return {**super().buttons(visit), **more}

    def resend(self, visit: Visit) -> Response:
        """Send other digits."""
        asked = self._asked(visit)
        assert asked is not None, "the screen is shown to whom it asks"
        visit.tenant.second_factor.challenge(visit.sign_in, asked)
        return visit.redirect(self.path)

    def switch(self, visit: Visit) -> Response:
        """Reach the same phone by its other channel, where there is one."""
        pair = self._pair(visit)
        if pair is None:
            return visit.redirect(self.path)
        visit.tenant.second_factor.challenge(visit.sign_in, pair)
        return visit.redirect(SCREENS[pair.kind])

    def _masked(self, visit: Visit, number: str) -> str:
        return visit.tenant.phones.mask_on_page(number)


class SmsChallenge(SentChallenge):
    """A text's digits."""

    path, kind, lists = "mfa-sms-challenge", "sms", "mfa-sms-list"


class VoiceChallenge(SentChallenge):
    """A call's digits."""

    path, kind = "mfa-voice-challenge", "voice"


class EmailChallenge(SentChallenge):
    """An e-mail's digits."""

    path, kind, lists = "mfa-email-challenge", "email", "mfa-email-list"

    def _masked(self, visit: Visit, number: str) -> str:
        return visit.tenant.emails.mask(number)


class OtpChallenge(Challenge):
    """What the app shows."""

    path, kind = "mfa-otp-challenge", "totp"
    wrong_format = "invalid-otp-code-format"


class RecoveryCodeChallenge(Challenge):
    """The code that was written down; the next one is shown after it."""

    path, kind = "mfa-recovery-code-challenge", "recovery-code"
    code = re.compile(r"[A-Z0-9]{24}", re.ASCII)
    wrong_format = "invalid-code-format"

    def _given(self, visit: Visit) -> str:
        return re.sub(r"[\s-]", "", visit.field("code")).upper()


class List(Screen):
    """Lists authenticators; choosing one begins its challenge."""

    has_no_time_limit = False

    def is_due(self, visit: Visit) -> bool:
        """While the sign-in is at a challenge."""
        sign_in = visit.sign_in
        if sign_in.user_id is None or sign_in.second_factor:
            return False
        asked = visit.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        return asked in visit.tenant.second_factor.offered(visit.user)

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """Return what is offered, by the value of its button."""
        raise NotImplementedError

    def shown(self, visit: Visit) -> TemplateData:
        """Each with its button's value, the method's name, and the words for users."""
        return {"methods": [self.line(visit, value, one) for value, one in self.listed(visit).items()]}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """One line of the list."""
        return value, *NAMES[one.kind]

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Choose one; anything else shows the list again."""
        return {"default": self.show, "back-action": lambda visit: visit.continue_sign_in(), **self._choices(visit)}

    def _choices(self, visit: Visit) -> dict[str, Handler]:
        choices: dict[str, Handler] = {}
        for value, one in self.listed(visit).items():
            choices[value] = lambda visit, one=one: self.choose(visit, one)  # type: ignore[misc]
        return choices

    def choose(self, visit: Visit, one: Authenticator) -> Response:
        """Ask for this one."""
        visit.tenant.second_factor.challenge(visit.sign_in, one)
        return visit.redirect(SCREENS[one.kind])


class LoginOptions(List):
    """Every method of the user's."""

    path, template = "mfa-login-options", "mfa_list.html"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """`otp::0`, `sms::1`, …: the method and its place."""
        offered = visit.tenant.second_factor.offered(visit.user)
        return {f"{NAMES[one.kind][0]}::{index}": one for index, one in enumerate(offered)}

    def _choices(self, visit: Visit) -> dict[str, Handler]:
        """A method may be named without its place, as newer builds do."""
        choices = super()._choices(visit)
        for value, press in list(choices.items()):
            choices.setdefault(value.partition("::")[0], press)
        return choices


class SmsList(List):
    """Several phones of one user."""

    path, template = "mfa-sms-list", "mfa_list.html"
    kind: Kind = "sms"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """`selection-action::0`, …: the phone's place."""
        offered = [one for one in visit.tenant.second_factor.offered(visit.user) if one.kind == self.kind]
        return {f"selection-action::{index}": one for index, one in enumerate(offered)}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """The number or address, masked."""
        mask = visit.tenant.emails.mask if one.kind == "email" else visit.tenant.phones.mask_on_page
        return value, NAMES[one.kind][0], mask(one.phone)


class EmailList(SmsList):
    """Several addresses of one user."""

    path = "mfa-email-list"
    kind: Kind = "email"
