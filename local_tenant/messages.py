"""What messages say (in Liquid, as the vendor has them), and a custom provider that carries them.

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
"""The trigger of the Action that stands for a tenant's own provider, by the tenant's phone experience."""
Text = Annotated[str, msgspec.Meta(min_length=1)]
"""A text that is not empty."""
ENROLLMENT = (
    "{{code}} is your verification code for {{tenant.friendly_name}}. Please enter this code to verify your enrollment."
)
VERIFICATION = "{{code}} is your verification code for {{tenant.friendly_name}}"
UNIFIED = "{{ code | escape }} is your verification code for {{ friendly_name | escape }}"
"""What the unified phone experience says, enrolling or not."""
VOICE = "Hello. Your verification code for {{tenant.friendly_name}} is {{code}}"
EMAIL = "{{code}} is your verification code for {{tenant.friendly_name}}"


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a text says when somebody enrolls, and when somebody signs in; what a call says, and an e-mail."""

    enrollment_message: Text = ENROLLMENT
    verification_message: Text = VERIFICATION
    voice_message: Text = VOICE
    email_message: Text = EMAIL


def values(code: str, friendly_name: str) -> dict[str, object]:
    """What a template may name: `code`, `tenant.friendly_name`, and `friendly_name` as the newer ones call it."""
    return {"code": code, "friendly_name": friendly_name, "tenant": {"friendly_name": friendly_name}}


def render(template: str, given: Mapping[str, object]) -> str:
    """Fill a template; `ValueError` in one line for one that is none."""
    from liquid.exceptions import LiquidError  # noqa: PLC0415  # a tenant that texts nobody starts without it

    try:
        return _parsed(template).render(**given)
    except LiquidError as reason:
        raise ValueError(f"it is not Liquid: {str(reason).splitlines()[0]}") from reason


@cache
def _parsed(template: str) -> BoundTemplate:
    from liquid import Environment  # noqa: PLC0415  # see above

    return Environment().from_string(template)


@dataclass(frozen=True, slots=True)
class PhoneProvider:
    """Where it is, and the bearer token that it wants, if any."""

    url: str
    token: str | None = field(default=None, repr=False)

    def post(self, payload: Mapping[str, object]) -> str | None:
        """Hand over a message; return what went wrong, in words without the message."""
        import requests  # noqa: PLC0415  # only such a tenant needs it

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(self.url, json=payload, headers=headers, timeout=SECONDS, allow_redirects=False)
            except requests.RequestException as reason:
                return type(reason).__name__
        return None if answer.ok and not answer.is_redirect else f"status {answer.status_code}"


@dataclass(frozen=True, slots=True)
class InboxAction(PhoneProvider):
    """The Action that comes with the inbox: actions run no code here, so what it does is done in its place."""

    recipients: str = ""
    """A regular expression; whoever it does not match as a whole gets nothing."""

    def post(self, payload: Mapping[str, Any]) -> str | None:
        """Hand over the text alone, in the inbox's own form."""
        notification = payload["notification"]
        if notification["delivery_method"] == "voice":
            return "dropped: the inbox accepts SMS messages only"
        if not self._is_test_phone(notification["recipient"]):
            return "dropped: the recipient is no test phone"
        text = {"to": notification["recipient"], "body": notification["as_text"], "code": notification.get("code")}
        # By its name: a dataclass with slots is another class than the one that `super()` remembers.
        return PhoneProvider.post(self, {name: value for name, value in text.items() if value is not None})

    def _is_test_phone(self, number: str) -> bool:
        try:
            return bool(self.recipients) and re.fullmatch(self.recipients, number) is not None
        except re.error:
            return False


def of_secrets(known: Mapping[str, str]) -> PhoneProvider | None:
    """Return what an Action with these secrets stands for; None where they name no address."""
    if known.get("INBOX_URL"):
        return InboxAction(known["INBOX_URL"], known.get("INBOX_TOKEN"), known.get("TEST_RECIPIENTS", ""))
    return PhoneProvider(known["URL"], known.get("TOKEN")) if known.get("URL") else None
