"""Reads SMS messages to the phone numbers of a Mailosaur server."""

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
        """Take API key, server and numbers. Raises `ProviderMisconfigured` where one is missing or malformed."""
        pair = base64.b64encode(f"{credential(settings, KEY).reveal()}:".encode()).decode()
        url = settings.get(API) or "https://mailosaur.com"
        self._mailosaur = Service("Mailosaur API", url, SERVER, KEY, {"Authorization": Secret(f"Basic {pair}", KEY)})
        self._server = credential(settings, SERVER).reveal()
        self._numbers = OwnedNumbers(settings, NUMBERS)
        self._read: dict[str, SmsMessage] = {}

    def preflight(self) -> None:
        """Check server and quota: beyond the quota Mailosaur drops SMS messages."""
        self._mailosaur.ask("GET", f"/api/servers/{self._server}")
        # A key limited to one server may not read the quota.
        limits = self._mailosaur.ask("GET", "/api/usage/limits", healthy=(401, 403)).body
        sms = limits.get("sms") if isinstance(limits, dict) else None
        if isinstance(sms, dict) and sms.get("limit", 1) <= sms.get("current", 0):
            spent = f"the plan's {sms.get('limit')} SMS messages are used up, and further ones are dropped"
            raise ProviderMisconfigured(
                KEY, spent if sms.get("limit") else "the plan has no SMS messages: SMS is an add-on"
            )
        self.mark(self._numbers.all[0])

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend one of the server's numbers."""
        return self._numbers.lease(owner, seconds)

    def discard(self, message: SmsMessage) -> None:
        """Delete the message."""
        self._mailosaur.ask("DELETE", f"/api/messages/{message.id}", healthy=(404,))

    def _listed(self, number: str, since: datetime | None) -> tuple[list[SmsMessage], datetime | None]:
        """List newest first, page by page. The list has no bodies, so each new message is read once."""
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
                raise self._mailosaur.malformed("returned no list of messages")
            moment = moment or reply.moment
            self._set_pace(reply.headers.get("x-ms-delay", ""))
            messages += [self._message(item, with_body=since is not None) for item in items]
            if len(items) < PAGE_SIZE or is_far_enough(messages, since, moment):
                break
        return messages, moment

    def _message(self, item: dict[str, Any], *, with_body: bool) -> SmsMessage:
        """Return one message; without its body for a mark, which needs only ids."""
        match item:
            case {"id": str(id_), "received": received, "to": [{"phone": str(phone)}, *_]} if moment_of(received):
                if id_ not in self._read and with_body:
                    whole = self._mailosaur.ask("GET", f"/api/messages/{id_}", healthy=(404,)).body
                    body = (whole.get("text") or {}).get("body") if isinstance(whole, dict) else None
                    if not isinstance(body, str):
                        raise Inconclusive(
                            Cause.PHONE_PROVIDER_UNREACHABLE, "Mailosaur listed an SMS message without a body"
                        )
                    sent_at = moment_of(received)
                    assert sent_at
                    self._read[id_] = SmsMessage(id_, f"+{phone.lstrip('+')}", Secret(body, "SMS message"), sent_at)
                return self._read.get(id_) or SmsMessage(id_, "", Secret("", "SMS message"), moment_of(received))  # type: ignore[arg-type]
        raise self._mailosaur.malformed("listed a message without id, to or received")

    def _set_pace(self, delays: str) -> None:
        """Set the pace from Mailosaur's header: milliseconds until the next poll, or a list of them."""
        found = [int(delay) for delay in delays.split(",") if delay.strip().isdigit()]
        self.pace = max(1.0, found[-1] / 1000) if found else 1.0
