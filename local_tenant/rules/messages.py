"""SMS messages, voice calls and emails: recipients, templates and providers.

Facts: AF-ENROLL-20, AF-PHONE-04, AF-PHONE-07.
"""

from __future__ import annotations

import re
from typing import Any

from local_tenant import messages
from local_tenant.errors import BAD_PHONE, SMS_NOT_SENT, TOO_MANY_EMAILS, TOO_MANY_SMS_MESSAGES, Refused, Row
from local_tenant.messages import TRIGGERS, PhoneProvider, of_secrets
from local_tenant.model import SentCode
from local_tenant.request_context import current_caller
from local_tenant.rules import Rule
from local_tenant.rules.users import EMAIL_ADDRESS

Payload = dict[str, dict[str, str]]
SENT = {"sms": "gd_send_sms", "voice": "gd_send_voice", "email": "gd_send_email", "auth0": "gd_send_pn"}
"""The log event of each channel; `_failure` is appended where the message was not sent."""


class Messages(Rule):
    """Messages from the tenant to a user."""

    def send(self, code: SentCode) -> None:
        """Send a code, within the user's limit; it becomes the newest code of the phone or address. Raises Refused."""
        if code.channel == "auth0":  # a push notification has no code
            self._note(code)
            return
        self._check_allowance(code)
        body = self.body(code)
        for recipient in self.recipients(code.phone) if code.channel == "sms" else [code.phone]:
            self._deliver(recipient, body, code)
            self._note(code, "" if code.channel == "email" else recipient)
        self.tenant.store.newest_codes[code.user_id, code.phone] = code

    def _note(self, code: SentCode, number: str = "") -> None:
        self.tenant.log.add(
            SENT[code.channel], user_id=code.user_id, authenticator_id=code.authenticator_id, recipient=number
        )

    def _check_allowance(self, code: SentCode) -> None:
        """SMS messages and voice calls share one limit, emails have another (AF-LIMIT-12, AF-LIMIT-13)."""
        if code.channel == "email":
            if not self.tenant.limits.take_email(code.user_id):
                raise Refused(TOO_MANY_EMAILS)
        elif not self.tenant.limits.take_sms_or_call(code.user_id):
            self.tenant.log.add(f"{SENT[code.channel]}_failure", user_id=code.user_id, reason="too_many_sms")
            raise Refused(TOO_MANY_SMS_MESSAGES)

    def recipients(self, phone: str) -> list[str]:
        """One SMS message goes to the phone that is being enrolled or challenged."""
        return [phone]

    def body(self, code: SentCode) -> str:
        """Return the filled template."""
        return messages.render(self.template(code), self.values(code.digits))

    def template(self, code: SentCode) -> str:
        """Return the template of a channel; SMS has one for enrollment and another for sign-in."""
        phone, enrolling = self.tenant.settings.phone, code.purpose == "enrollment"
        if code.channel == "voice":
            return phone.templates.voice_message
        if code.channel == "email":
            return phone.templates.email_message
        if self.tenant.phone_providers.is_unified():
            return self.tenant.phone_providers.template("otp_enroll" if enrolling else "otp_verify")
        return phone.templates.enrollment_message if enrolling else phone.templates.verification_message

    def values(self, digits: str) -> dict[str, object]:
        """Return the template variables."""
        return messages.values(digits, self.tenant.settings.friendly_name)

    def payload(self, number: str, body: str, code: SentCode) -> Payload:
        """Return what a custom provider receives; the code is omitted where the template omits it."""
        user, caller = self.tenant.users.get(code.user_id), current_caller()
        application = self.tenant.store.applications[code.client_id or ""]
        return {
            "notification": {
                "recipient": number,
                "as_text": body,
                "as_voice": messages.render(
                    self.tenant.settings.phone.templates.voice_message, self.values(".".join(code.digits))
                ),
                "delivery_method": "voice" if code.channel == "voice" else "text",
                "message_type": "otp_enroll" if code.purpose == "enrollment" else "otp_verify",
                **({"code": code.digits} if code.digits in body else {}),
            },
            "client": {"client_id": application.client_id, "name": application.name},
            "user": {"user_id": user.user_id, "email": user.email},
            "tenant": {"id": self.tenant.domain},
            "request": {"ip": caller.ip, "user_agent": caller.user_agent},
        }

    def _deliver(self, number: str, body: str, code: SentCode) -> None:
        """Deliver to the inbox, or post to the custom phone provider, with the request lock released."""
        problem, provider = None, None
        if code.channel != "email":
            problem, provider = (
                self.tenant.phone_providers.problem(code.channel),
                self.tenant.phone_providers.custom_provider(),
            )
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
            raise Refused(SMS_NOT_SENT)

    def _post(self, provider: PhoneProvider, payload: Payload) -> str | None:
        with self.tenant.request_lock.released():
            return provider.post(payload)


class PhoneProviders(Rule):
    """The phone provider that the administrator chose, and whether it can deliver."""

    def problem(self, channel: str) -> str | None:
        """Return why nothing can be sent by this channel, or None."""
        if self.is_unified():
            return self._unified_problem("text" if channel == "sms" else "voice")
        match self.tenant.settings.phone.selected_provider:
            case "auth0":
                return None
            case "twilio":
                return (
                    None if self.twilio_is_configured(self.tenant.settings.phone.twilio) else "twilio: no credentials"
                )
        return None if self._action_provider() else "phone-message-hook: no Action is deployed"

    def custom_provider(self) -> PhoneProvider | None:
        """Return the custom provider; None where Auth0's own service or Twilio is chosen."""
        if self.is_unified():
            provider = self.provider()
            return self._action_provider() if provider is not None and provider["name"] == "custom" else None
        return self._action_provider() if self.tenant.settings.phone.selected_provider == "phone-message-hook" else None

    def is_unified(self) -> bool:
        """Tenants created since March 2025 have the unified experience; here the tenant file decides."""
        return self.tenant.settings.phone.experience == "unified"

    def provider(self) -> dict[str, Any] | None:
        """The unified experience has at most one provider; without one, Auth0's own service delivers."""
        return next(iter(self.tenant.settings.phone.providers.values()), None)

    def twilio_is_configured(self, given: dict[str, str]) -> bool:
        """Account, token and sender must be set; they are not verified."""
        sender = given.get("from") or given.get("messaging_service_sid")
        return bool(given.get("sid") and given.get("auth_token") and sender)

    def template(self, kind: str) -> str:
        """Return the unified experience's template of a type (`otp_enroll`, `otp_verify`), or Auth0's default."""
        branded = self.tenant.settings.phone.branded.values()
        own = [one for one in branded if one["type"] == kind and not one["disabled"]]
        return str(own[0]["content"]["body"]["text"]) if own else messages.UNIFIED

    def _unified_problem(self, method: str) -> str | None:
        provider = self.provider()
        if provider is None:
            return None
        if provider["disabled"]:
            return "the phone provider is disabled"
        if provider["name"] == "custom":
            return None if self._action_provider() else "custom: no Action is deployed"
        configuration = provider["configuration"]
        if method not in configuration.get("delivery_methods", ()):
            return f"twilio: it does not deliver by {method}"
        given = {
            "sid": configuration.get("sid"), "auth_token": provider["credentials"].get("auth_token"),
            "from": configuration.get("default_from"), "messaging_service_sid": configuration.get("mssid"),
        }  # fmt: skip
        return None if self.twilio_is_configured(given) else "twilio: no credentials"

    def _action_provider(self) -> PhoneProvider | None:
        """Return the provider of the first deployed and bound Action whose secrets name a URL.

        Actions run no code here. Any provider has `URL` and `TOKEN`; the inbox's Action has `INBOX_URL`, `INBOX_TOKEN`
        and `TEST_RECIPIENTS`.
        """
        settings = self.tenant.settings
        for binding in settings.bindings.get(TRIGGERS[settings.phone.experience], []):
            action = settings.actions.get(binding["action"]["id"])
            known = {one["name"]: one["value"] for one in action["secrets"]} if action else {}
            if action is not None and action["all_changes_deployed"] and (own := of_secrets(known)):
                return own
        return None


E_164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)


class Phones(Rule):
    """How the tenant validates and masks phone numbers."""

    def is_valid(self, number: str) -> bool:
        """A number is E.164 and has a length that is possible in its country. Whether it is in use is not checked."""
        if not E_164.fullmatch(number):
            return False
        import phonenumbers  # noqa: PLC0415  # not needed at the start

        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_possible_number(parsed)

    def bad_number_row(self) -> Row:
        """An invalid number gets `invalid_request` (AF-ENROLL-30)."""
        return BAD_PHONE

    def mask(self, number: str) -> str:
        """Mask all but the last four characters, the plus included: `XXXXXXXX4567`."""
        return "X" * (len(number) - 4) + number[-4:]

    def mask_on_page(self, number: str) -> str:
        """Mask the number as the sign-in pages show it."""
        return self.mask(number)


class Emails(Rule):
    """How the tenant validates and masks email addresses."""

    def is_valid(self, address: str) -> bool:
        """An address has a name and a domain. Whether it exists is not checked."""
        return EMAIL_ADDRESS.fullmatch(address) is not None

    def mask(self, address: str) -> str:
        """Mask the name, and all but four characters of the domain: `****@exam*******`."""
        return f"****@{self._domain(address)}"

    def mask_for_administrator(self, address: str) -> str:
        """The administrator also sees four characters of the name: `chuc****@exam*******`."""
        return f"{address[:4].partition('@')[0]}****@{self._domain(address)}"

    def _domain(self, address: str) -> str:
        domain = address.rpartition("@")[2]
        return domain[:4] + "*" * (len(domain) - 4)
