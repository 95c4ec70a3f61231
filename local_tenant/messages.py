"""Message templates (Liquid, as in Auth0), and custom phone providers.

Facts: AF-PHONE-06, AF-PHONE-09, AF-PHONE-04.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

if TYPE_CHECKING:
    from liquid import BoundTemplate

SECONDS = 10.0
TRIGGERS = {"older": "send-phone-message", "unified": "custom-phone-provider"}
"""The trigger of the Action for a custom phone provider, by phone experience."""
Text = Annotated[str, msgspec.Meta(min_length=1)]
"""A non-empty string."""
ENROLLMENT = (
    "{{code}} is your verification code for {{tenant.friendly_name}}. Please enter this code to verify your enrollment."
)
VERIFICATION = "{{code}} is your verification code for {{tenant.friendly_name}}"
UNIFIED = "{{ code | escape }} is your verification code for {{ friendly_name | escape }}"
"""The message of the unified phone experience, for enrollment and sign-in alike."""
VOICE = "Hello. Your verification code for {{tenant.friendly_name}} is {{code}}"
EMAIL = "{{code}} is your verification code for {{tenant.friendly_name}}"


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The templates of SMS messages (enrollment, sign-in), voice calls and emails."""

    enrollment_message: Text = ENROLLMENT
    verification_message: Text = VERIFICATION
    voice_message: Text = VOICE
    email_message: Text = EMAIL


def values(code: str, friendly_name: str) -> dict[str, object]:
    """Return the template variables: `code`, `tenant.friendly_name`, and `friendly_name` of the unified experience."""
    return {"code": code, "friendly_name": friendly_name, "tenant": {"friendly_name": friendly_name}}


def render(template: str, given: Mapping[str, object]) -> str:
    """Fill a template. Raises ValueError, with one line, where the template is not Liquid."""
    from liquid.exceptions import LiquidError  # noqa: PLC0415  # not needed at the start

    try:
        return _parsed(template).render(**given)
    except LiquidError as reason:
        raise ValueError(f"it is not Liquid: {str(reason).splitlines()[0]}") from reason


@cache
def _parsed(template: str) -> BoundTemplate:
    from liquid import Environment  # noqa: PLC0415

    return Environment().from_string(template)


@dataclass(frozen=True, slots=True)
class PhoneProvider:
    """A custom provider: its URL, and its bearer token, if any."""

    url: str
    token: str | None = field(default=None, repr=False)

    def post(self, payload: Mapping[str, object]) -> str | None:
        """Post a message; return an error without the message's text, or None."""
        import requests  # noqa: PLC0415  # only for a custom provider

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with requests.Session() as session:
            session.trust_env = False
            try:
                response = session.post(self.url, json=payload, headers=headers, timeout=SECONDS, allow_redirects=False)
            except requests.RequestException as reason:
                return type(reason).__name__
        return None if response.ok and not response.is_redirect else f"status {response.status_code}"


@dataclass(frozen=True, slots=True)
class InboxAction(PhoneProvider):
    """The Action of the inbox. Actions run no code here, so this class does what the Action does."""

    recipients: str = ""
    """A regular expression; a number that it does not match completely gets no message."""

    def post(self, payload: Mapping[str, Any]) -> str | None:
        """Post the SMS message in the inbox's own format."""
        notification = payload["notification"]
        if notification["delivery_method"] == "voice":
            return "dropped: the inbox accepts SMS messages only"
        if not self._is_test_phone(notification["recipient"]):
            return "dropped: the recipient is not a test phone"
        message = {"to": notification["recipient"], "body": notification["as_text"], "code": notification.get("code")}
        # Not `super()`, which fails in a dataclass with slots.
        return PhoneProvider.post(self, {name: value for name, value in message.items() if value is not None})

    def _is_test_phone(self, number: str) -> bool:
        try:
            return bool(self.recipients) and re.fullmatch(self.recipients, number) is not None
        except re.error:
            return False


def of_secrets(known: Mapping[str, str]) -> PhoneProvider | None:
    """Return the provider that an Action with these secrets stands for; None where they name no URL."""
    if known.get("INBOX_URL"):
        return InboxAction(known["INBOX_URL"], known.get("INBOX_TOKEN"), known.get("TEST_RECIPIENTS", ""))
    return PhoneProvider(known["URL"], known.get("TOKEN")) if known.get("URL") else None
