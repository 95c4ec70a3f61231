"""The second factor at sign-in: asked of whom, with what, and when it is settled (contract, 1.3, 2.5 to 2.7)."""

from __future__ import annotations

from typing import Literal

from local_tenant.errors import TEXT_NOT_SENT, TOO_MANY_TEXTS, Refused
from local_tenant.rules.authenticators import FACTOR, Authenticator
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode
from local_tenant.rules.people import Person
from local_tenant.rules.sign_ins import SignIn

DEPENDENT = ("email", "recovery-code")
"""Kinds that need another factor beside them (contract, 8)."""
ON_PAGES = ("sms", "totp")
"""Kinds for which there is a page."""
Answer = Literal["right", "invalid-code", "too-many-failures"]
NOTICES = {TOO_MANY_TEXTS: "too-many-sms", TEXT_NOT_SENT: "sms-authenticator-error"}
"""How a screen names a text that was not sent."""


class SecondFactor(Rule):
    """What stands between the password and the callback."""

    def is_due(self, sign_in: SignIn, person: Person) -> bool:
        """Say whether a challenge stands in the way now."""
        return self.is_required(sign_in, person) and not self.is_settled(sign_in)

    def is_required(self, sign_in: SignIn, person: Person) -> bool:
        """The MFA audience asks everybody who has something to be asked for."""
        return self.asks(sign_in.audience) and bool(self.offered(person))

    def asks(self, audience: str | None) -> bool:
        """The MFA audience always does; any other one under the policy for all applications."""
        return audience == self.tenant.audiences.mfa() or self.tenant.store.policy == "all-applications"

    def is_settled(self, sign_in: SignIn) -> bool:
        """Only a right code settles it."""
        return sign_in.second_factor

    def offered(self, person: Person) -> list[Authenticator]:
        """What a person may answer with on a page: everything confirmed whose factor is on; apps before phones."""
        usable = [one for one in self.tenant.authenticators.of(person) if one.kind in ON_PAGES and self.counts(one)]
        return sorted(usable, key=lambda one: (one.kind != "totp", one.created_at))

    def usable(self, person: Person) -> list[Authenticator]:
        """What a token request may be answered with: everything confirmed whose factor is on, once one stands alone."""
        if not self.is_enrolled(person):
            return []
        return [one for one in self.tenant.authenticators.of(person) if self.counts(one)]

    def is_enrolled(self, person: Person) -> bool:
        """A person is enrolled with a factor that stands alone; an address or a recovery code does not."""
        return any(one.kind not in DEPENDENT and self.counts(one) for one in self.tenant.authenticators.of(person))

    def counts(self, authenticator: Authenticator) -> bool:
        """Say whether an authenticator takes part at sign-in."""
        on = self.tenant.factors.is_asked_for(FACTOR[authenticator.kind])
        if authenticator.kind in ("sms", "voice"):
            on = on and self.tenant.factors.channel_is_on(authenticator.kind)
        return on and self.tenant.authenticators.is_confirmed(authenticator)

    def first_offered(self, person: Person) -> Authenticator:
        """The most recently used one."""
        return max(self.offered(person), key=lambda one: one.last_used_at or one.created_at)

    def challenge(self, sign_in: SignIn, authenticator: Authenticator) -> None:
        """Ask for this authenticator; a phone is texted a code, or the screen says why not."""
        self.tenant.log.add("gd_start_auth", user_id=authenticator.user_id, authenticator_id=authenticator.id)
        sign_in.authenticator_id, sign_in.notice = authenticator.id, None
        self.tenant.sign_ins.show_screen(sign_in)
        if authenticator.kind == "totp":
            return
        code = SentCode(
            self.tenant.codes.make(), authenticator.user_id, authenticator.id, authenticator.phone,
            self.tenant.clock.now(), "sign-in", client_id=sign_in.application.client_id,
        )  # fmt: skip
        try:
            self.tenant.messages.send(code)
        except Refused as refused:
            sign_in.notice = NOTICES[refused.row]
            return
        sign_in.sent_code = code

    def answer(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> Answer:
        """Say whether the digits open the door; they are spent if so."""
        locked = self.tenant.limits.is_locked(authenticator.user_id)
        if not locked and self._is_right(sign_in, authenticator, given):
            sign_in.second_factor = True
            authenticator.last_used_at = self.tenant.clock.now()
            self.tenant.log.add("gd_auth_succeed", user_id=authenticator.user_id, authenticator_id=authenticator.id)
            return "right"
        self.tenant.limits.count_wrong_code(authenticator.user_id)
        event = "gd_otp_rate_limit_exceed" if locked else "gd_auth_failed"
        self.tenant.log.add(event, user_id=authenticator.user_id, authenticator_id=authenticator.id)
        return "too-many-failures" if locked else "invalid-code"

    def _is_right(self, sign_in: SignIn, authenticator: Authenticator, given: str) -> bool:
        if authenticator.kind == "totp":
            return self.tenant.one_time_passwords.accept(authenticator, given)
        code, codes = sign_in.sent_code, self.tenant.codes
        if code is None or codes.has_expired(code) or not codes.is_good(code, given):
            return False
        codes.spend(code)
        return True
