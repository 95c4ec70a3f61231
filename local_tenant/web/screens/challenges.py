"""The MFA challenges, and the lists from which a user chooses another factor.

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
"""The button value and the displayed name of each kind."""


class Challenge(Screen):
    """Asks for a code of the challenged authenticator."""

    template = "mfa_challenge.html"
    has_no_time_limit = False
    kind: Kind
    code = re.compile(r"[0-9]{6}", re.ASCII)
    wrong_format = "invalid-code"
    lists = ""
    """The screen that lists the user's factors of this kind; empty where there is none."""

    def is_due(self, visit: Visit) -> bool:
        """Return whether the sign-in challenges an authenticator of this kind."""
        if visit.sign_in.user_id is None or visit.sign_in.second_factor:
            return False
        challenged = self._challenged(visit)
        return challenged is not None and challenged in visit.tenant.second_factor.offered(visit.user)

    def shown(self, visit: Visit) -> TemplateData:
        """Return whether there are other factors, several of this kind, and another channel."""
        offered = visit.tenant.second_factor.offered(visit.user)
        return {
            "kind": self.kind,
            "others": len(offered) > 1,
            "has_several": bool(self.lists) and len([one for one in offered if one.kind == self.kind]) > 1,
            "can_switch": self._pair(visit) is not None,
        }

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Submit the code, or choose another factor."""
        return {"default": self.submit, "pick-authenticator": lambda visit: visit.redirect("mfa-login-options")}

    def submit(self, visit: Visit) -> Response:
        """Verify the code; a right one may remember the browser."""
        given = self._given(visit)
        if not self.code.fullmatch(given):
            return self.show_error(visit, self.wrong_format, "code")
        challenged = self._challenged(visit)
        assert challenged is not None, "the screen is due only with a challenge"
        visit.sign_in.remembers_device = visit.field("rememberBrowser") == "true"
        met = visit.tenant.second_factor.verify(visit.sign_in, challenged, given)
        if met != "right":
            visit.tenant.sign_ins.show_screen(visit.sign_in)
            return self.show_error(visit, met, "code")
        return visit.continue_sign_in()

    def _given(self, visit: Visit) -> str:
        return visit.field("code").strip()

    def _challenged(self, visit: Visit) -> Authenticator | None:
        challenged = visit.tenant.store.authenticators.get(visit.sign_in.authenticator_id or "")
        return challenged if challenged is not None and challenged.kind == self.kind else None

    def _pair(self, visit: Visit) -> Authenticator | None:
        """Return the same phone by its other channel."""
        challenged = self._challenged(visit)
        offered = visit.tenant.second_factor.offered(visit.user)
        pair = visit.tenant.authenticators.pair_of(challenged) if challenged is not None else []
        return next((one for one in pair if one in offered and one.kind in ("sms", "voice")), None)


class SentChallenge(Challenge):
    """Asks for a code that was sent."""

    def shown(self, visit: Visit) -> TemplateData:
        """Add the masked number or address."""
        challenged = self._challenged(visit)
        return super().shown(visit) | {"sent_to": self._masked(visit, challenged.phone) if challenged else ""}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Add resend, another phone or address, and the other channel."""
        more: dict[str, Handler] = {visit.tenant.pages.resend_action(): self.resend}
        if self.lists:
            more[f"pick-{self.kind}"] = lambda visit: visit.redirect(self.lists)
        for name in ("switch-to-voice", "switch-to-text", "switch-to-sms"):
            more[name] = self.switch
        return {**super().buttons(visit), **more}

    def resend(self, visit: Visit) -> Response:
        """Send another code."""
        challenged = self._challenged(visit)
        assert challenged is not None, "the screen is due only with a challenge"
        visit.tenant.second_factor.challenge(visit.sign_in, challenged)
        return visit.redirect(self.path)

    def switch(self, visit: Visit) -> Response:
        """Use the phone's other channel, if it has one."""
        pair = self._pair(visit)
        if pair is None:
            return visit.redirect(self.path)
        visit.tenant.second_factor.challenge(visit.sign_in, pair)
        return visit.redirect(SCREENS[pair.kind])

    def _masked(self, visit: Visit, number: str) -> str:
        return visit.tenant.phones.mask_on_page(number)


class SmsChallenge(SentChallenge):
    """Asks for the code of an SMS message."""

    path, kind, lists = "mfa-sms-challenge", "sms", "mfa-sms-list"


class VoiceChallenge(SentChallenge):
    """Asks for the code of a voice call."""

    path, kind = "mfa-voice-challenge", "voice"


class EmailChallenge(SentChallenge):
    """Asks for the code of an email."""

    path, kind, lists = "mfa-email-challenge", "email", "mfa-email-list"

    def _masked(self, visit: Visit, number: str) -> str:
        return visit.tenant.emails.mask(number)


class OtpChallenge(Challenge):
    """Asks for an OTP code."""

    path, kind = "mfa-otp-challenge", "totp"
    wrong_format = "invalid-otp-code-format"


class RecoveryCodeChallenge(Challenge):
    """Asks for the recovery code; the next screen shows a new one."""

    path, kind = "mfa-recovery-code-challenge", "recovery-code"
    code = re.compile(r"[A-Z0-9]{24}", re.ASCII)
    wrong_format = "invalid-code-format"

    def _given(self, visit: Visit) -> str:
        return re.sub(r"[\s-]", "", visit.field("code")).upper()


class List(Screen):
    """Lists authenticators; a choice starts its challenge."""

    has_no_time_limit = False

    def is_due(self, visit: Visit) -> bool:
        """Return whether the sign-in is at a challenge."""
        sign_in = visit.sign_in
        if sign_in.user_id is None or sign_in.second_factor:
            return False
        challenged = visit.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        return challenged in visit.tenant.second_factor.offered(visit.user)

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """Return the offered authenticators by the values of their buttons."""
        raise NotImplementedError

    def shown(self, visit: Visit) -> TemplateData:
        """Return the lines of the list."""
        return {"methods": [self.line(visit, value, one) for value, one in self.listed(visit).items()]}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """Return one line: button value, factor, displayed name."""
        return value, *NAMES[one.kind]

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Choose an authenticator; any other action shows the list again."""
        return {"default": self.show, "back-action": lambda visit: visit.continue_sign_in(), **self._choices(visit)}

    def _choices(self, visit: Visit) -> dict[str, Handler]:
        choices: dict[str, Handler] = {}
        for value, one in self.listed(visit).items():
            choices[value] = lambda visit, one=one: self.choose(visit, one)  # type: ignore[misc]
        return choices

    def choose(self, visit: Visit, one: Authenticator) -> Response:
        """Challenge this authenticator."""
        visit.tenant.second_factor.challenge(visit.sign_in, one)
        return visit.redirect(SCREENS[one.kind])


class LoginOptions(List):
    """Lists all factors of the user."""

    path, template = "mfa-login-options", "mfa_list.html"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """Return them by `otp::0`, `sms::1` and so on: factor and position."""
        offered = visit.tenant.second_factor.offered(visit.user)
        return {f"{NAMES[one.kind][0]}::{index}": one for index, one in enumerate(offered)}

    def _choices(self, visit: Visit) -> dict[str, Handler]:
        """Accept a factor without its position too, as newer builds send it."""
        choices = super()._choices(visit)
        for value, press in list(choices.items()):
            choices.setdefault(value.partition("::")[0], press)
        return choices


class SmsList(List):
    """Lists the user's phones."""

    path, template = "mfa-sms-list", "mfa_list.html"
    kind: Kind = "sms"

    def listed(self, visit: Visit) -> dict[str, Authenticator]:
        """Return them by `selection-action::0` and so on: the position."""
        offered = [one for one in visit.tenant.second_factor.offered(visit.user) if one.kind == self.kind]
        return {f"selection-action::{index}": one for index, one in enumerate(offered)}

    def line(self, visit: Visit, value: str, one: Authenticator) -> tuple[str, str, str]:
        """Show the masked number or address."""
        mask = visit.tenant.emails.mask if one.kind == "email" else visit.tenant.phones.mask_on_page
        return value, NAMES[one.kind][0], mask(one.phone)


class EmailList(SmsList):
    """Lists the user's email addresses."""

    path = "mfa-email-list"
    kind: Kind = "email"
