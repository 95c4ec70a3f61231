"""Read SMS messages that an Action posts to a topic of an ntfy server, with the phone number as title."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from mfa_verification.core.secret import Secret
from mfa_verification.phones.provider import Cursor, Lease, Service, SmsMessage, credential
from mfa_verification.settings.profile import SettingNames

TOPIC, TOKEN = "NTFY_TOPIC_URL", "NTFY_TOKEN"


class NtfyProvider:
    """The provider `ntfy`."""

    name: ClassVar[str] = "ntfy"
    settings: ClassVar[SettingNames] = SettingNames((TOPIC, TOKEN))
    carrier: ClassVar[bool] = False
    pace: float = 2.0

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take the URL of the topic, which is secret too, and an access token."""
        token = Secret(f"Bearer {credential(settings, TOKEN).reveal()}", TOKEN)
        self._topic = Service("ntfy topic", settings.get(TOPIC, ""), TOPIC, TOKEN, {"Authorization": token})

    def preflight(self) -> None:
        """Read the topic."""
        self._messages("all")

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Return None: every phone number reaches the topic."""
        return None

    def mark(self, number: str) -> Cursor:
        """Return the id of the newest message."""
        messages = self._messages("all")
        return Cursor(messages[-1]["id"] if messages else "all")

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the messages to the number after that message."""
        messages = {
            message["id"]: _sms_message(message) for message in self._messages(cursor) if message["title"] == number
        }
        return list(messages.values())

    def discard(self, message: SmsMessage) -> None:
        """Do nothing: the server removes messages itself."""

    def _messages(self, since: str) -> list[dict[str, Any]]:
        content = self._topic.ask("GET", "/json", query={"poll": "1", "since": since}).text
        try:
            lines = [json.loads(line) for line in content.splitlines()]
            return [
                {"id": line["id"], "time": line["time"], "title": line.get("title", ""), "message": line["message"]}
                for line in lines
                if line["event"] == "message"
            ]
        except (ValueError, KeyError, TypeError):
            pass
        raise self._topic.malformed("returned something other than messages")


def _sms_message(message: dict[str, Any]) -> SmsMessage:
    sent_at = datetime.fromtimestamp(message["time"], UTC)
    return SmsMessage(message["id"], message["title"], Secret(message["message"], "SMS message"), sent_at)
