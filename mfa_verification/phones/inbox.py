"""Reads the inbox to which a tenant's phone Action (or the local tenant) posts its SMS messages.

`GET URL?to=NUMBER&after=SEQ&wait=SECONDS` with the bearer token lists
`[{"seq", "to", "body", "sent_at", "code"?}]`, newest last. `seq` grows with every SMS message, so it is the cursor.
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
"""A number kept for fiction: something to ask for in the preflight."""
EXPIRES_ITSELF = (404, 405, 501)
"""What an inbox answers that removes its SMS messages by itself."""
_BEGINNING = Cursor("0")


class InboxProvider:
    """The provider `inbox`."""

    name: ClassVar[str] = "inbox"
    settings: ClassVar[SettingNames] = SettingNames(required=(URL, TOKEN))
    carrier: ClassVar[bool] = False
    pace: float = 1.0

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take both settings; raises `ProviderMisconfigured` for one that is missing or cannot be right."""
        self._inbox = inbox_service(settings)

    def preflight(self) -> None:
        """Ask for the SMS messages of a number that nobody has."""
        self._messages(UNUSED_NUMBER, _BEGINNING, 0)

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """None: every number reaches the inbox."""
        return None

    def mark(self, number: str) -> Cursor:
        """Return the `seq` of the newest SMS message, or the beginning."""
        messages = self._messages(number, _BEGINNING, 0)
        return Cursor(messages[-1].id) if messages else _BEGINNING

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the SMS messages after the cursor; the inbox holds the request, up to 25 s, until there is one."""
        return self._messages(number, cursor, min(int(wait), LONGEST_WAIT))

    def discard(self, message: SmsMessage) -> None:
        """Remove it, where the inbox does not do so by itself."""
        self._inbox.ask("DELETE", f"/{message.id}", healthy=EXPIRES_ITSELF)

    def _messages(self, number: str, after: Cursor, wait: int) -> list[SmsMessage]:
        query = {"to": number, "after": after, "wait": str(wait)}
        listed = self._inbox.ask("GET", query=query, hold=wait).body
        if not isinstance(listed, list):
            raise self._inbox.malformed("answered something other than a JSON list")
        messages = [message for item in listed if (message := _message(item, number))]
        if len(messages) < len(listed):
            raise self._inbox.malformed(
                "listed an SMS message without seq, to (as asked), body and sent_at (with a zone)"
            )
        seqs = [int(after), *(int(message.id) for message in messages)]
        if any(earlier >= later for earlier, later in pairwise(seqs)):
            raise self._inbox.malformed("listed SMS messages older than asked for, or not newest last")
        return messages


def inbox_service(settings: Mapping[str, str]) -> Service:
    """Return the inbox of the settings."""
    url = settings.get(URL, "")
    token = Secret(f"Bearer {credential(settings, TOKEN).reveal()}", "phone inbox token")
    return Service("phone inbox", url, URL, TOKEN, {"Authorization": token})


def _message(item: object, number: str) -> SmsMessage | None:
    """Read one SMS message; None where it is not as described, or is another phone's."""
    match item:
        case {"seq": int(seq), "to": str(to), "body": str(body), "sent_at": str(sent_at), **more}:
            code, moment = more.get("code"), moment_of(sent_at)
            if to == number and moment and isinstance(code, str | None):
                sms_code = None if code is None else Secret(code, "SMS code")
                return SmsMessage(str(int(seq)), to, Secret(body, "SMS message"), moment, sms_code)
    return None
