"""How codes reach people: by text, by call, by e-mail, or as a push (contract, 4, 5, 7.7)."""

from __future__ import annotations

from local_tenant.errors import TOO_MANY_TEXTS, Refused
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode


class Deliveries(Rule):
    """One way for each channel; texts have rules of their own."""

    def send(self, code: SentCode) -> None:
        """Send a code by its channel, or refuse: 429."""
        match code.channel:
            case "sms":
                self.tenant.messages.send(code)
            case "voice":
                self._call(code)
            case "email":
                self._mail(code)
            case "auth0":
                self.tenant.log.add("gd_send_pn", user_id=code.user_id, authenticator_id=code.authenticator_id)

    def spoken(self, digits: str) -> str:
        """What a call says."""
        return f"Hello. Your verification code for {self.tenant.settings.friendly_name} is {digits}"

    def written(self, digits: str) -> str:
        """What an e-mail says."""
        return f"{digits} is your verification code for {self.tenant.settings.friendly_name}"

    def _call(self, code: SentCode) -> None:
        """Calls and texts share one allowance (contract, 8: phone messages)."""
        if not self.tenant.limits.take_text(code.user_id):
            self.tenant.log.add("gd_send_voice_failure", user_id=code.user_id, reason="too_many_sms")
            raise Refused(TOO_MANY_TEXTS)
        self._deliver(code, self.spoken(code.digits), "gd_send_voice")

    def _mail(self, code: SentCode) -> None:
        self._deliver(code, self.written(code.digits), "gd_send_email")

    def _deliver(self, code: SentCode, body: str, event: str) -> None:
        self.tenant.store.newest_codes[code.user_id, code.phone] = code
        self.tenant.inbox.deliver(code.phone, body, code.digits)
        self.tenant.log.add(event, user_id=code.user_id, authenticator_id=code.authenticator_id)
