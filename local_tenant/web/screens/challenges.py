"""The challenges of the second factor: a text, a call, an e-mail, an app, a recovery code (contract, 2.5, 2.6, 2.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from werkzeug.wrappers import Response

from local_tenant.model import Authenticator, Kind
from local_tenant.rules.second_factor import SCREENS
from local_tenant.web.screens.screen import Press, Screen, Shown, Visit


class Challenge(Screen):
    """Asks for the code of the authenticator that the sign-in is at."""

    stands_idle = False
    kind: Kind
    code = re.compile(r"[0-9]{6}", re.ASCII)
    wrong_format = "invalid-code"
    lists = ""
    """The screen that lists the person's others of this kind; nothing where there is none."""

    def may_show(self, visit: Visit) -> bool:
        """While the sign-in is at an authenticator of this kind."""
        if visit.sign_in.user_id is None or visit.sign_in.second_factor:
            return False
        asked = self._asked(visit)
        return asked is not None and asked in visit.tenant.second_factor.offered(visit.person)

    def shown(self, visit: Visit) -> Shown:
        """Whom it was sent to, masked; whether there are other ways; whether this browser may be remembered."""
        offered = visit.tenant.second_factor.offered(visit.person)
        return {
            "kind": self.kind,
            "others": len(offered) > 1,
            "has_several": bool(self.lists) and len([one for one in offered if one.kind == self.kind]) > 1,
            "can_switch": self._pair(visit) is not None,
        }

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Go on, or another method."""
        return {"default": self.go_on, "pick-authenticator": lambda visit: visit.to("mfa-login-options")}

    def go_on(self, visit: Visit) -> Response:
        """Look at the code; a right one may remember the browser."""
        given = self._given(visit)
        if not self.code.fullmatch(given):
            return self.again(visit, self.wrong_format, "code")
        asked = self._asked(visit)
        assert asked is not None, "the screen is shown to whom it asks"
        visit.sign_in.remembers_device = visit.field("rememberBrowser") == "true"
        met = visit.tenant.second_factor.answer(visit.sign_in, asked, given)
        if met != "right":
            visit.tenant.sign_ins.show_screen(visit.sign_in)
            return self.again(visit, met, "code")
        return visit.onwards()

    def _given(self, visit: Visit) -> str:
        return visit.field("code").strip()

    def _asked(self, visit: Visit) -> Authenticator | None:
        asked = visit.tenant.store.authenticators.get(visit.sign_in.authenticator_id or "")
        return asked if asked is not None and asked.kind == self.kind else None

    def _pair(self, visit: Visit) -> Authenticator | None:
        """The same phone by the other channel."""
        asked = self._asked(visit)
        offered = visit.tenant.second_factor.offered(visit.person)
        pair = visit.tenant.authenticators.pair_of(asked) if asked is not None else []
        return next((one for one in pair if one in offered and one.kind in ("sms", "voice")), None)


class SentChallenge(Challenge):
    """Asks for digits that were sent."""

    template = "mfa_sent_challenge.html"

    def shown(self, visit: Visit) -> Shown:
        """Beside that the number or address, masked."""
        asked = self._asked(visit)
        return super().shown(visit) | {"sent_to": self._masked(visit, asked.phone) if asked else ""}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Once more, another phone or address, the other channel."""
        more: dict[str, Press] = {visit.tenant.pages.resend_action(): self.resend}
        if self.lists:
            more[f"pick-{self.kind}"] = lambda visit: visit.to(self.lists)
        for name in ("switch-to-voice", "switch-to-text", "switch-to-sms"):
            more[name] = self.switch
        return {**super().buttons(visit), **more}

    def resend(self, visit: Visit) -> Response:
        """Send other digits."""
        asked = self._asked(visit)
        assert asked is not None, "the screen is shown to whom it asks"
        visit.tenant.second_factor.challenge(visit.sign_in, asked)
        return visit.to(self.path)

    def switch(self, visit: Visit) -> Response:
        """Reach the same phone by its other channel, where there is one."""
        pair = self._pair(visit)
        if pair is None:
            return visit.to(self.path)
        visit.tenant.second_factor.challenge(visit.sign_in, pair)
        return visit.to(SCREENS[pair.kind])

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

    path, template, kind = "mfa-otp-challenge", "mfa_otp_challenge.html", "totp"
    wrong_format = "invalid-otp-code-format"


class RecoveryCodeChallenge(Challenge):
    """The code that was written down; the next one is shown after it."""

    path, template, kind = "mfa-recovery-code-challenge", "mfa_recovery_code_challenge.html", "recovery-code"
    code = re.compile(r"[A-Z0-9]{24}", re.ASCII)
    wrong_format = "invalid-code-format"

    def _given(self, visit: Visit) -> str:
        return re.sub(r"[\s-]", "", visit.field("code")).upper()
