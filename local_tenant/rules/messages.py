"""Messages: texts, calls and e-mails with a code; whom they go to and what they say (contract, 7.4, 7.7, 8)."""

from __future__ import annotations

from local_tenant import wording
from local_tenant.caller import calling
from local_tenant.errors import TEXT_NOT_SENT, TOO_MANY_EMAILS, TOO_MANY_TEXTS, Refused
from local_tenant.phone_provider import PhoneProvider
from local_tenant.rules.base import Rule
from local_tenant.rules.codes import SentCode

Payload = dict[str, dict[str, str]]
SENT = {"sms": "gd_send_sms", "voice": "gd_send_voice", "email": "gd_send_email", "auth0": "gd_send_pn"}
"""The event of each channel; what was not sent adds `_failure`."""


class Messages(Rule):
    """What leaves the tenant for a person, by whatever channel."""

    def send(self, code: SentCode) -> None:
        """Send a code, if the person's allowance permits; it becomes the newest one of that phone or address."""
        if code.channel == "auth0":  # a push carries no digits; it waits in the person's app
            self._note(code)
            return
        self._check_allowance(code)
        body = self.text(code)
        for recipient in self.recipients(code.phone) if code.channel == "sms" else [code.phone]:
            self._carry(recipient, body, code)
            self._note(code, "" if code.channel == "email" else recipient)
        self.tenant.store.newest_codes[code.user_id, code.phone] = code

    def _note(self, code: SentCode, number: str = "") -> None:
        self.tenant.log.add(
            SENT[code.channel], user_id=code.user_id, authenticator_id=code.authenticator_id, recipient=number
        )

    def _check_allowance(self, code: SentCode) -> None:
        """Texts and calls share one allowance, e-mails have another (contract, 8)."""
        if code.channel == "email":
            if not self.tenant.limits.take_email(code.user_id):
                raise Refused(TOO_MANY_EMAILS)
        elif not self.tenant.limits.take_text(code.user_id):
            self.tenant.log.add(f"{SENT[code.channel]}_failure", user_id=code.user_id, reason="too_many_sms")
            raise Refused(TOO_MANY_TEXTS)

    def recipients(self, phone: str) -> list[str]:
        """One text, to the phone that is being enrolled or challenged."""
        return [phone]

    def text(self, code: SentCode) -> str:
        """The tenant's template, filled; the vendor's default words where the tenant has none of its own."""
        return wording.render(self.template(code), self.values(code.digits))

    def template(self, code: SentCode) -> str:
        """One template for enrolling, another for signing in; calls and e-mails have one of their own."""
        phone, enrolling = self.tenant.settings.phone, code.purpose == "enrolment"
        if code.channel == "voice":
            return phone.templates.voice_message
        if code.channel == "email":
            return phone.templates.email_message
        if self.tenant.phone_carriers.is_unified():
            return self.tenant.phone_carriers.template("otp_enroll" if enrolling else "otp_verify")
        return phone.templates.enrollment_message if enrolling else phone.templates.verification_message

    def values(self, digits: str) -> dict[str, object]:
        """What a template may name."""
        return wording.values(digits, self.tenant.settings.friendly_name)

    def payload(self, number: str, body: str, code: SentCode) -> Payload:
        """What a custom phone provider is posted; whoever leaves the code out of the words leaves it out here too."""
        person, caller = self.tenant.people.get(code.user_id), calling()
        application = self.tenant.store.applications[code.client_id or ""]
        return {
            "notification": {
                "recipient": number,
                "as_text": body,
                "as_voice": wording.render(
                    self.tenant.settings.phone.templates.voice_message, self.values(".".join(code.digits))
                ),
                "delivery_method": "voice" if code.channel == "voice" else "text",
                "message_type": "otp_enroll" if code.purpose == "enrolment" else "otp_verify",
                **({"code": code.digits} if code.digits in body else {}),
            },
            "client": {"client_id": application.client_id, "name": application.name},
            "user": {"user_id": person.user_id, "email": person.email},
            "tenant": {"id": self.tenant.domain},
            "request": {"ip": caller.ip, "user_agent": caller.user_agent},
        }

    def _carry(self, number: str, body: str, code: SentCode) -> None:
        """To the inbox, or a phone's to the tenant's own provider, for which nobody else is kept waiting."""
        problem, provider = None, None
        if code.channel != "email":
            problem, provider = self.tenant.phone_carriers.problem(code.channel), self.tenant.phone_carriers.custom()
        if problem is None and provider is None:
            self.tenant.inbox.deliver(number, body, code.digits if code.digits in body else None)
            return
        if problem is None and provider is not None:
            problem = self._post(provider, self.payload(number, body, code))
        if problem is not None:
            self.tenant.log.add(
                f"{SENT[code.channel]}_failure", user_id=code.user_id, reason="error_sending_sms",
                provider_error=problem, authenticator_id=code.authenticator_id,
            )  # fmt: skip
            raise Refused(TEXT_NOT_SENT)

    def _post(self, provider: PhoneProvider, payload: Payload) -> str | None:
        with self.tenant.turns.given_up():
            return provider.post(payload)
