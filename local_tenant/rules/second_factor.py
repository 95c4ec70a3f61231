"""The second factor at sign-in: asked of whom, with what, and when it is settled (AF-API-14, AF-API-05)."""

from __future__ import annotations

from typing import Literal

from local_tenant.errors import SMS_NOT_SENT, TOO_MANY_EMAILS, TOO_MANY_SMS_MESSAGES, Refused
from local_tenant.model import CHANNEL, FACTOR, Authenticator, Kind, SentCode, SignIn, User
from local_tenant.rules import Rule

DEPENDENT = ("email", "recovery-code")
"""Kinds that need another factor beside them (AF-LIMIT-19)."""
SCREENS: dict[Kind, str] = {
    "sms": "mfa-sms-challenge", "voice": "mfa-voice-challenge", "totp": "mfa-otp-challenge",
    "email": "mfa-email-challenge", "recovery-code": "mfa-recovery-code-challenge",
}  # fmt: skip
"""Kinds for which there is a page, in the order of the picker that the apps lead."""
Answer = Literal["right", "invalid-code", "too-many-failures"]
NOTICES = {
    TOO_MANY_SMS_MESSAGES: "too-many-sms", SMS_NOT_SENT: "sms-authenticator-error", TOO_MANY_EMAILS: "too-many-email",
}  # fmt: skip
"""How a screen names a code that was not sent."""
EVENTS = {
    "right": "gd_auth_succeed", "invalid-code": "gd_auth_failed", "too-many-failures": "gd_otp_rate_limit_exceed",
}  # fmt: skip
RECOVERY_EVENTS = {
    "right": "gd_recovery_succeed", "invalid-code": "gd_recovery_failed",
    "too-many-failures": "gd_recovery_rate_limit_exceed",
}  # fmt: skip


class SecondFactor(Rule):
    """What stands between the password and the callback."""

    def is_due(self, sign_in: SignIn, user: User) -> bool:
        """Say whether a challenge stands in the way now."""
        return self.is_required(sign_in, user) and not self.is_completed(sign_in)

    def is_required(self, sign_in: SignIn, user: User) -> bool:
        """Whoever is asked has something to be asked for, and has not had this browser remembered."""
        if sign_in.ticket or not self.primary(user):
            return False
        if self.is_forced(sign_in):
            return True
        remembered = self.tenant.sessions.device_is_remembered(sign_in.device, user.user_id)
        return self.is_required_for(sign_in.audience) and not remembered

    def is_forced(self, sign_in: SignIn) -> bool:
        """The MFA audience and `acr_values` ask in a remembered browser too."""
        return sign_in.wants_second_factor or sign_in.audience == self.tenant.audiences.mfa()

    def is_required_for(self, audience: str | None) -> bool:
        """The MFA audience always does; any other one under the policy for all applications."""
        return audience == self.tenant.audiences.mfa() or self.tenant.store.policy == "all-applications"

    def must_enroll(self, sign_in: SignIn, user: User) -> bool:
        """Under the policy for all applications whoever has no factor enrolls one; for the MFA audience nobody does."""
        if sign_in.ticket:  # that is what it is for
            return not sign_in.second_factor
        if sign_in.audience == self.tenant.audiences.mfa() or not self.is_required_for(sign_in.audience):
            return False
        return not self.is_enrolled(user) and bool(self.tenant.screen_enrollment.offered())

    def is_completed(self, sign_in: SignIn) -> bool:
        """Only a right code settles it."""
        return sign_in.second_factor

    def offered(self, user: User) -> list[Authenticator]:
        """What a user may answer with on a page: everything confirmed whose factor is on; apps, phones, then the rest."""  # noqa: E501
        usable = [one for one in self.usable(user) if one.kind in SCREENS]
        return sorted(usable, key=lambda one: (one.kind != "totp", one.kind in DEPENDENT, one.created_at))

    def primary(self, user: User) -> list[Authenticator]:
        """An address and a recovery code are reached through the picker alone."""
        return [one for one in self.offered(user) if one.kind not in DEPENDENT]

    def usable(self, user: User) -> list[Authenticator]:
        """What a token request may be answered with: everything confirmed whose factor is on, once one stands alone."""
        if not self.is_enrolled(user):
            return []
        return [one for one in self.tenant.authenticators.of(user) if self.is_usable(one)]

    def is_enrolled(self, user: User) -> bool:
        """A user is enrolled with a factor that stands alone; an address or a recovery code does not."""
        return any(one.kind not in DEPENDENT and self.is_usable(one) for one in self.tenant.authenticators.of(user))

    def is_usable(self, authenticator: Authenticator) -> bool:
        """Say whether an authenticator takes part at sign-in."""
        on = self.tenant.factors.is_enabled(FACTOR[authenticator.kind])
        if authenticator.kind in ("sms", "voice"):
            on = on and self.tenant.factors.channel_is_enabled(authenticator.kind)
        return on and self.tenant.authenticators.is_confirmed(authenticator)

    def preferred(self, user: User) -> Authenticator:
        """The most recently used one of those that stand alone."""
        return max(self.primary(user), key=lambda one: one.last_used_at or one.created_at)

    def screen(self, sign_in: SignIn, user: User) -> str:
        """Return the path of the challenge; a challenge is begun where none is going on."""
        asked = self.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        if asked is None or asked not in self.offered(user):
            return SCREENS[self.preferred(user).kind]
        return SCREENS[asked.kind]

    def start(self, sign_in: SignIn, user: User) -> None:
        """Ask for the first one offered, unless something is asked for already."""
        asked = self.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        if asked is None or asked not in self.offered(user):
            self.tenant.log.add("mfar", user_id=user.user_id, client_id=sign_in.application.client_id)
            self.challenge(sign_in, self.preferred(user))

    def challenge(self, sign_in: SignIn, authenticator: Authenticator) -> None:
        """Ask for this authenticator; a code is sent where it can be sent one, or the screen says why not."""
        self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
        sign_in.authenticator_id, sign_in.notice, sign_in.sent_code = authenticator.id, None, None
        self.tenant.sign_ins.show_screen(sign_in)
        if authenticator.kind in CHANNEL:
            self.send(sign_in, authenticator, "sign-in")

    def send(self, sign_in: SignIn, authenticator: Authenticator, purpose: Literal["sign-in", "enrollment"]) -> None:
        """Send six digits by the authenticator's channel; the next screen tells what prevented it."""
        code = SentCode(
            self.tenant.codes.make(), authenticator.user_id, authenticator.id, authenticator.phone,
            self.tenant.clock.now(), purpose, client_id=sign_in.application.client_id,
            channel=CHANNEL[authenticator.kind],
        )  # fmt: skip
        try:
            self.tenant.messages.send(code)
        except Refused as refused:
            sign_in.notice = NOTICES[refused.row]
            return
        sign_in.sent_code = code

    def verify(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> Answer:
        """Say whether the code opens the door; it is spent if so."""
        locked = self.tenant.limits.is_locked(authenticator.user_id)
        if not locked and self.is_right(sign_in, authenticator, given):
            met: Answer = "right"
            sign_in.second_factor = True
            authenticator.last_used_at = self.tenant.clock.now()
        else:
            met = "too-many-failures" if locked else "invalid-code"
            self.tenant.limits.count_wrong_code(authenticator.user_id)
        event = (RECOVERY_EVENTS if authenticator.kind == "recovery-code" else EVENTS)[met]
        self.tenant.log.add(
            event, user_id=authenticator.user_id, authenticator_id=authenticator.id, state=sign_in.state
        )
        return met

    def is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        """Digits of the app, the recovery code, or what was sent last; each is good once."""
        if authenticator.kind == "totp":
            return self.tenant.one_time_passwords.accept(authenticator, given)
        if authenticator.kind == "recovery-code":
            if not self.tenant.recovery_codes.is_right(authenticator, given):
                return False
            sign_in.recovery_code = authenticator.secret = self.tenant.recovery_codes.make()
            return True
        code, codes = sign_in.sent_code, self.tenant.codes
        if code is None or codes.has_expired(code) or not codes.is_valid(code, given):
            return False
        codes.mark_used(code)
        return True
