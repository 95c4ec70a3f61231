"""Texts: whom they go to and what they say (contract, 7.4, 7.7)."""

from __future__ import annotations

from local_tenant.errors import TOO_MANY_TEXTS, Refused
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode


class Messages(Rule):
    """What leaves the tenant for a phone."""

    def send(self, code: SentCode) -> None:
        """Text a code, if the person's allowance permits; it becomes the newest one of that person's phone."""
        if not self.tenant.limits.take_text(code.user_id):
            self.tenant.log.add("gd_send_sms_failure", user_id=code.user_id, reason="too_many_sms")
            raise Refused(TOO_MANY_TEXTS)
        self.tenant.store.newest_codes[code.user_id, code.phone] = code
        body = self.text(code.digits)
        for number in self.recipients(code.phone):
            self.tenant.inbox.deliver(number, body, code.digits if code.digits in body else None)
            self.tenant.log.add("gd_send_sms", user_id=code.user_id, authenticator_id=code.authenticator_id)

    def recipients(self, phone: str) -> list[str]:
        """One text, to the phone that is being enrolled or challenged."""
        return [phone]

    def text(self, digits: str) -> str:
        """The vendor's default words."""
        return f"{digits} is your verification code for {self.tenant.configuration.friendly_name}"
