"""Reads the inbox to which a tenant's phone Action (or the local tenant) posts SMS messages.

`GET URL?to=NUMBER&after=SEQ&wait=SECONDS` with the bearer token lists `[{"seq", "to", "body", "sent_at", "code"?}]`,
newest last. `seq` grows with every message and serves as the cursor.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

from mfa_verification.core.secret import Secret
from mfa_verification.phones.provider import Cursor, Lease, Service, SmsMessage, credential, moment_of
from mfa_verification.settings.profile import SettingNames

URL, TOKEN = "PHONE_INBOX_URL", "PHONE_INBOX_TOKEN"
LONGEST_WAIT = 25
"""Seconds for which the inbox holds a request at most."""
UNUSED_NUMBER = "+13035550100"
"""A fictional number, for a request in the preflight."""
EXPIRES_ITSELF = (404, 405, 501)
"""Status of an inbox that does not support removal, because its messages expire."""
_BEGINNING = Cursor("0")


class InboxProvider:
    """The provider `inbox`."""

    name: ClassVar[str] = "inbox"
    settings: ClassVar[SettingNames] = SettingNames(required=(URL, TOKEN))
    carrier: ClassVar[bool] = False
    pace: float = 1.0

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take URL and token. Raises `ProviderMisconfigured` where one is missing or malformed."""
        self._inbox = inbox_service(settings)

    def preflight(self) -> None:
        """Request the messages of a number that no user has."""
        self._messages(UNUSED_NUMBER, _BEGINNING, 0)

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Return None: every number reaches the inbox."""
        return None

    def mark(self, number: str) -> Cursor:
        """Return the `seq` of the newest message, or 0."""
        messages = self._messages(number, _BEGINNING, 0)
        return Cursor(messages[-1].id) if messages else _BEGINNING

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the messages after the cursor; the inbox holds the request up to 25 s until there is one."""
        return self._messages(number, cursor, min(int(wait), LONGEST_WAIT))

    def discard(self, message: SmsMessage) -> None:
        """Remove the message, if the inbox supports that."""
        self._inbox.ask("DELETE", f"/{message.id}", healthy=EXPIRES_ITSELF)

    def _messages(self, number: str, after: Cursor, wait: int) -> list[SmsMessage]:
        query = {"to": number, "after": after, "wait": str(wait)}
        listed = self._inbox.ask("GET", query=query, hold=wait).body
        if not isinstance(listed, list):
            raise self._inbox.malformed("returned no JSON list")
        messages = [message for item in listed if (message := _message(item, number))]
        if len(messages) < len(listed):
            raise self._inbox.malformed(
                "listed an SMS message without seq, to (as requested), body or sent_at (with a zone)"
            )
        seqs = [int(after), *(int(message.id) for message in messages)]
        if any(earlier >= later for earlier, later in pairwise(seqs)):
            raise self._inbox.malformed("listed SMS messages before `after`, or not newest last")
        return messages


def inbox_service(settings: Mapping[str, str]) -> Service:
    """Return the service for the inbox in the settings."""
    url = settings.get(URL, "")
    token = Secret(f"Bearer {credential(settings, TOKEN).reveal()}", "phone inbox token")
    return Service("phone inbox", url, URL, TOKEN, {"Authorization": token})


def _message(item: object, number: str) -> SmsMessage | None:
    """Return one message; None where it is malformed or of another phone."""
    match item:
        case {"seq": int(seq), "to": str(to), "body": str(body), "sent_at": str(sent_at), **more}:
            code, moment = more.get("code"), moment_of(sent_at)
            if to == number and moment and isinstance(code, str | None):
                sms_code = None if code is None else Secret(code, "SMS code")
                return SmsMessage(str(int(seq)), to, Secret(body, "SMS message"), moment, sms_code)
    return None
