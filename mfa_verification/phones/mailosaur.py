"""Reads SMS messages to phone numbers of a Mailosaur server (an inbox for tests, in its words)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.numbers import OwnedNumbers
from mfa_verification.phones.provider import (
    Lease,
    ListingProvider,
    Service,
    SmsMessage,
    credential,
    is_far_enough,
    moment_of,
)
from mfa_verification.settings.profile import SettingNames

KEY, SERVER, NUMBERS, API = "MAILOSAUR_API_KEY", "MAILOSAUR_SERVER", "MAILOSAUR_NUMBERS", "MAILOSAUR_API_URL"
PAGE_SIZE, PAGES = 50, 20


class MailosaurProvider(ListingProvider):
    """The provider `mailosaur`."""

    name: ClassVar[str] = "mailosaur"
    settings: ClassVar[SettingNames] = SettingNames((KEY, SERVER, NUMBERS), (API, *OwnedNumbers.SETTINGS))
    carrier: ClassVar[bool] = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take key, server and its numbers; raises `ProviderMisconfigured` for what cannot be right."""
        pair = base64.b64encode(f"{credential(settings, KEY).reveal()}:".encode()).decode()
        url = settings.get(API) or "https://mailosaur.com"
        self._mailosaur = Service("Mailosaur API", url, SERVER, KEY, {"Authorization": Secret(f"Basic {pair}", KEY)})
        self._server = credential(settings, SERVER).reveal()
        self._numbers = OwnedNumbers(settings, NUMBERS)
        self._read: dict[str, SmsMessage] = {}

    def preflight(self) -> None:
        """Read the server, and the quota: over it, SMS messages are dropped without a word."""
        self._mailosaur.ask("GET", f"/api/servers/{self._server}")
        # A key of one server may not look at the account: then nothing is known about its quota.
        limits = self._mailosaur.ask("GET", "/api/usage/limits", healthy=(401, 403)).body
        sms = limits.get("sms") if isinstance(limits, dict) else None
        if isinstance(sms, dict) and sms.get("limit", 1) <= sms.get("current", 0):
            spent = f"the plan's {sms.get('limit')} SMS messages are spent, and further ones are dropped"
            raise ProviderMisconfigured(
                KEY, spent if sms.get("limit") else "the plan has no SMS messages: SMS is an add-on"
            )
        self.mark(self._numbers.all[0])

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend one of the server's numbers."""
        return self._numbers.lease(owner, seconds)

    def discard(self, message: SmsMessage) -> None:
        """Delete it."""
        self._mailosaur.ask("DELETE", f"/api/messages/{message.id}", healthy=(404,))

    def _listed(self, number: str, since: datetime | None) -> tuple[list[SmsMessage], datetime | None]:
        """Newest first, by pages; the list has no words, so each SMS message that is new is read once."""
        messages: list[SmsMessage] = []
        moment = None
        for page in range(PAGES):
            query = {"server": self._server, "page": str(page), "itemsPerPage": str(PAGE_SIZE)}
            if since:
                query["receivedAfter"] = since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            criteria = {"sentTo": number.removeprefix("+")}
            reply = self._mailosaur.ask("POST", "/api/messages/search", query=query, json=criteria)
            items = reply.body.get("items") if isinstance(reply.body, dict) else None
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise self._mailosaur.malformed("answered something other than a list of messages")
            moment = moment or reply.moment
            self._mind_pace(reply.headers.get("x-ms-delay", ""))
            messages += [self._message(item, with_words=since is not None) for item in items]
            if len(items) < PAGE_SIZE or is_far_enough(messages, since, moment):
                break
        return messages, moment

    def _message(self, item: dict[str, Any], *, with_words: bool) -> SmsMessage:
        """Read one; a mark wants ids alone."""
        match item:
            case {"id": str(id_), "received": received, "to": [{"phone": str(phone)}, *_]} if moment_of(received):
                if id_ not in self._read and with_words:
                    whole = self._mailosaur.ask("GET", f"/api/messages/{id_}", healthy=(404,)).body
                    body = (whole.get("text") or {}).get("body") if isinstance(whole, dict) else None
                    if not isinstance(body, str):
                        raise Inconclusive(
                            Cause.PHONE_PROVIDER_UNREACHABLE, "Mailosaur listed an SMS message without words"
                        )
                    sent_at = moment_of(received)
                    assert sent_at
                    self._read[id_] = SmsMessage(id_, f"+{phone.lstrip('+')}", Secret(body, "SMS message"), sent_at)
                return self._read.get(id_) or SmsMessage(id_, "", Secret("", "SMS message"), moment_of(received))  # type: ignore[arg-type]
        raise self._mailosaur.malformed("listed a message without id, to and received")

    def _mind_pace(self, delays: str) -> None:
        """It says how long to wait before the next look, in milliseconds, once or for each look of a series."""
        found = [int(delay) for delay in delays.split(",") if delay.strip().isdigit()]
        self.pace = max(1.0, found[-1] / 1000) if found else 1.0
