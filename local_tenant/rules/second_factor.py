"""MFA at sign-in: who is challenged, with which factor, and when it is completed (AF-API-14, AF-API-05)."""

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
"""The challenge screen of each kind."""
Answer = Literal["right", "invalid-code", "too-many-failures"]
NOTICES = {
    TOO_MANY_SMS_MESSAGES: "too-many-sms", SMS_NOT_SENT: "sms-authenticator-error", TOO_MANY_EMAILS: "too-many-email",
}  # fmt: skip
"""The error that a screen shows for a code that was not sent."""
EVENTS = {
    "right": "gd_auth_succeed", "invalid-code": "gd_auth_failed", "too-many-failures": "gd_otp_rate_limit_exceed",
}  # fmt: skip
RECOVERY_EVENTS = {
    "right": "gd_recovery_succeed", "invalid-code": "gd_recovery_failed",
    "too-many-failures": "gd_recovery_rate_limit_exceed",
}  # fmt: skip


class SecondFactor(Rule):
    """The MFA challenge between password and callback."""

    def is_due(self, sign_in: SignIn, user: User) -> bool:
        """Return whether a challenge must be answered now."""
        return self.is_required(sign_in, user) and not self.is_completed(sign_in)

    def is_required(self, sign_in: SignIn, user: User) -> bool:
        """A user with a factor is challenged where MFA is required, except in a remembered browser."""
        if sign_in.ticket or not self.primary(user):
            return False
        if self.is_forced(sign_in):
            return True
        remembered = self.tenant.sessions.device_is_remembered(sign_in.device, user.user_id)
        return self.is_required_for(sign_in.audience) and not remembered

    def is_forced(self, sign_in: SignIn) -> bool:
        """The MFA audience and `acr_values` require MFA in a remembered browser too."""
        return sign_in.wants_second_factor or sign_in.audience == self.tenant.audiences.mfa()

    def is_required_for(self, audience: str | None) -> bool:
        """MFA is required for the MFA audience, and for every audience under the policy "all-applications"."""
        return audience == self.tenant.audiences.mfa() or self.tenant.store.policy == "all-applications"

    def must_enroll(self, sign_in: SignIn, user: User) -> bool:
        """Under the policy "all-applications" a user without a factor must enroll one; not for the MFA audience."""
        if sign_in.ticket:
            return not sign_in.second_factor
        if sign_in.audience == self.tenant.audiences.mfa() or not self.is_required_for(sign_in.audience):
            return False
        return not self.is_enrolled(user) and bool(self.tenant.screen_enrollment.offered())

    def is_completed(self, sign_in: SignIn) -> bool:
        """Only a right code completes MFA."""
        return sign_in.second_factor

    def offered(self, user: User) -> list[Authenticator]:
        """Return the factors for a challenge on a page: confirmed and enabled; apps first, then phones, then others."""
        usable = [one for one in self.usable(user) if one.kind in SCREENS]
        return sorted(usable, key=lambda one: (one.kind != "totp", one.kind in DEPENDENT, one.created_at))

    def primary(self, user: User) -> list[Authenticator]:
        """Return the factors that may be challenged first; email and recovery code only by the user's choice."""
        return [one for one in self.offered(user) if one.kind not in DEPENDENT]

    def usable(self, user: User) -> list[Authenticator]:
        """Return the confirmed and enabled factors; none without a factor that counts by itself."""
        if not self.is_enrolled(user):
            return []
        return [one for one in self.tenant.authenticators.of(user) if self.is_usable(one)]

    def is_enrolled(self, user: User) -> bool:
        """A user is enrolled with any factor but email or a recovery code."""
        return any(one.kind not in DEPENDENT and self.is_usable(one) for one in self.tenant.authenticators.of(user))

    def is_usable(self, authenticator: Authenticator) -> bool:
        """Return whether a factor is confirmed and enabled."""
        on = self.tenant.factors.is_enabled(FACTOR[authenticator.kind])
        if authenticator.kind in ("sms", "voice"):
            on = on and self.tenant.factors.channel_is_enabled(authenticator.kind)
        return on and self.tenant.authenticators.is_confirmed(authenticator)

    def preferred(self, user: User) -> Authenticator:
        """Return the primary factor that was used most recently."""
        return max(self.primary(user), key=lambda one: one.last_used_at or one.created_at)

    def screen(self, sign_in: SignIn, user: User) -> str:
        """Return the screen of the current challenge, or of the one that would start."""
        requested = self.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        if requested is None or requested not in self.offered(user):
            return SCREENS[self.preferred(user).kind]
        return SCREENS[requested.kind]

    def start(self, sign_in: SignIn, user: User) -> None:
        """Challenge the preferred factor, unless a challenge is in progress."""
        requested = self.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        if requested is None or requested not in self.offered(user):
            self.tenant.log.add("mfar", user_id=user.user_id, client_id=sign_in.application.client_id)
            self.challenge(sign_in, self.preferred(user))

    def challenge(self, sign_in: SignIn, authenticator: Authenticator) -> None:
        """Challenge this factor: send a code where it has a channel; the screen shows a failure."""
        self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
        sign_in.authenticator_id, sign_in.notice, sign_in.sent_code = authenticator.id, None, None
        self.tenant.sign_ins.show_screen(sign_in)
        if authenticator.kind in CHANNEL:
            self.send(sign_in, authenticator, "sign-in")

    def send(self, sign_in: SignIn, authenticator: Authenticator, purpose: Literal["sign-in", "enrollment"]) -> None:
        """Send a code by the factor's channel; the next screen shows a failure."""
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
        """Verify a code, and complete MFA where it is right."""
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
        """Return whether it is a valid OTP code, recovery code or sent code; each is valid once."""
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
