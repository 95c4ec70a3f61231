"""A custom phone provider: texts are posted to its URL instead of to the inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SECONDS = 10.0
TRIGGERS = {"older": "send-phone-message", "unified": "custom-phone-provider"}
"""The trigger of the Action that stands for a tenant's own provider, by the tenant's phone experience."""


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
            return "dropped: the inbox takes texts, no calls"
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
