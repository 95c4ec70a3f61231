"""Enrollment on the screens of Universal Login, at sign-in or with an enrollment ticket.

Facts: AF-PAGE-22, AF-API-19, AF-PHONE-13, AF-PHONE-14.
"""

from __future__ import annotations

import re
import secrets
from typing import Literal

from local_tenant.errors import ALREADY_ENROLLED, TICKET_INVALID, Refused
from local_tenant.model import Application, Authenticator, SignIn, Ticket, User
from local_tenant.rules import Rule
from local_tenant.rules.second_factor import Answer

Factor = Literal["otp", "sms", "phone"]
SCREENS: dict[Factor, str] = {
    "otp": "mfa-otp-enrollment", "sms": "mfa-sms-enrollment", "phone": "mfa-phone-enrollment",
}  # fmt: skip


class ScreenEnrollment(Rule):
    """Which factors can be enrolled on a screen, and how their codes confirm them."""

    def offered(self) -> list[Factor]:
        """Return the enabled factors that have a screen; a phone with voice calls has a screen of its own."""
        on = self.tenant.factors.may_enroll
        found: list[Factor] = ["otp"] if on("otp") else []
        if on("sms") and self.tenant.store.message_types:
            found.append("sms" if self.tenant.store.message_types == ["sms"] else "phone")
        return found

    def screen(self) -> str:
        """Return the list of factors, or the screen of the only one."""
        offered = self.offered()
        return SCREENS[offered[0]] if len(offered) == 1 else "mfa-enroll-options"

    def recovery_code_screen(self, sign_in: SignIn) -> str:
        """Return the screen that shows a recovery code: a first one, or the next one after its use."""
        answered = (sign_in.authenticator_id or "").startswith("recovery-code")
        return "mfa-recovery-code-challenge-new-code" if answered else "mfa-recovery-code-enrollment"

    def number(self, country: str, given: str) -> str | None:
        """Return a number as E.164, by default of this country; None where it is invalid."""
        import phonenumbers  # noqa: PLC0415  # not needed at the start

        try:
            parsed = phonenumbers.parse(given, country)
        except phonenumbers.NumberParseException:
            return None
        number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        return number if self.tenant.phones.is_valid(number) else None

    def start_phone(self, sign_in: SignIn, user: User, number: str, channel: Literal["sms", "voice"]) -> None:
        """Start with a phone: send a code, or let the next screen show the error."""
        phone = self.tenant.enrollment.add_phone(user, number, channel)
        self._start(sign_in, phone)
        self.tenant.second_factor.send(sign_in, phone, "enrollment")

    def start_app(self, sign_in: SignIn, user: User) -> Authenticator:
        """Start with an authenticator app, unless this sign-in already did."""
        pending = self.pending(sign_in)
        if pending is None or pending.kind != "totp":
            pending = self.tenant.authenticators.add(
                user, "totp", secret=self.tenant.one_time_passwords.make_secret()
            )  # fmt: skip
            self._start(sign_in, pending)
        return pending

    def pending(self, sign_in: SignIn) -> Authenticator | None:
        """Return the authenticator that this sign-in is enrolling."""
        pending = self.tenant.store.authenticators.get(sign_in.authenticator_id or "")
        return None if pending is None or self.tenant.authenticators.is_confirmed(pending) else pending

    def verify(self, sign_in: SignIn, user: User, pending: Authenticator, given: str) -> Answer:
        """Verify a code; a right one confirms the factor and completes MFA."""
        locked = self.tenant.limits.is_locked(user.user_id)
        if locked or not re.fullmatch(r"[0-9]{6}", given, re.ASCII):
            return self._refused(sign_in, user, pending, "too-many-failures" if locked else "invalid-code")
        if not self.tenant.second_factor.is_right(sign_in, pending, given):
            self.tenant.authenticators.after_wrong_code(pending)
            return self._refused(sign_in, user, pending, "invalid-code")
        codes = self.tenant.recovery_codes.first_for(user).get("recovery_codes")
        self.tenant.enrollment.complete(user, pending)
        sign_in.second_factor = True
        if isinstance(codes, list) and codes:
            sign_in.recovery_code = str(codes[0])
        return "right"

    def _start(self, sign_in: SignIn, pending: Authenticator) -> None:
        sign_in.authenticator_id, sign_in.notice, sign_in.sent_code = pending.id, None, None
        self.tenant.sign_ins.show_screen(sign_in)
        self.tenant.log.add("gd_start_enroll", user_id=pending.user_id, authenticator_id=pending.id)

    def _refused(self, sign_in: SignIn, user: User, pending: Authenticator, met: Answer) -> Answer:
        self.tenant.limits.count_wrong_code(user.user_id)
        event = "gd_otp_rate_limit_exceed" if met == "too-many-failures" else "gd_auth_failed"
        self.tenant.log.add(event, user_id=user.user_id, authenticator_id=pending.id, state=sign_in.state)
        return met


NO_APPLICATION = Application(
    client_id="",
    client_secret=None,
    name="",
    app_type="spa",
    token_endpoint_auth_method="none",  # noqa: S106
    grant_types=[],
)
"""The application of a ticket: there is none to return to."""


class Tickets(Rule):
    """Enrollment tickets."""

    def issue(self, user: User, allows_another: bool) -> str:
        """Return the secret of a new ticket."""
        ticket = secrets.token_urlsafe(24)
        self.tenant.store.tickets[ticket] = Ticket(user.user_id, self.tenant.clock.now(), allows_another)
        return ticket

    def open(self, given: str, browser: str) -> SignIn:
        """Start an enrollment, and end an earlier one of this ticket. Raises Refused."""
        ticket, now = self.tenant.store.tickets.get(given), self.tenant.clock.now()
        if ticket is None or self.is_invalid(ticket):
            raise Refused(TICKET_INVALID)
        user = self.tenant.users.get(ticket.user_id)
        if not ticket.allows_another and self.tenant.second_factor.is_enrolled(user):
            raise Refused(ALREADY_ENROLLED)
        if ticket.opened is not None:
            self.tenant.sign_ins.end(ticket.opened)
        ticket.opened = SignIn(
            state=self.tenant.sign_ins.new_state(), application=NO_APPLICATION, redirect_uri="", scopes=[],
            audience=None, client_state=None, nonce=None, code_challenge=None, code_challenge_method="",
            login_hint="", started_at=now, browser=browser, user_id=user.user_id, ticket=given,
        )  # fmt: skip
        self.tenant.sign_ins.start(ticket.opened)
        return ticket.opened

    def lifetime(self) -> float:
        """A ticket is valid for five days; in seconds."""
        return 5 * 86_400.0

    def is_invalid(self, ticket: Ticket) -> bool:
        """Return whether the ticket is used or expired."""
        return ticket.used or self.tenant.clock.now() >= ticket.issued_at + self.lifetime()

    def mark_used(self, sign_in: SignIn) -> None:
        """A ticket is valid for one factor; until then it can be opened again."""
        self.tenant.store.tickets[sign_in.ticket].used = True
