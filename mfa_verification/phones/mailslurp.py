"""Reads SMS messages to the phone numbers of a MailSlurp account; its pools lend the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.provider import (
    Cursor,
    Lease,
    ListingProvider,
    Service,
    SmsMessage,
    credential,
    is_far_enough,
    moment_of,
    new_since,
    since_of,
)
from mfa_verification.settings.profile import SettingNames

KEY, POOL, API = "MAILSLURP_API_KEY", "MAILSLURP_POOL", "MAILSLURP_API_URL"
LONGEST_WAIT, PAGE_SIZE, PAGES = 20, 50, 20
NOTHING_CAME, IN_USE = 408, (409, 408)


class MailSlurpProvider(ListingProvider):
    """The provider `mailslurp`."""

    name: ClassVar[str] = "mailslurp"
    settings: ClassVar[SettingNames] = SettingNames((KEY, POOL), (API,))
    carrier: ClassVar[bool] = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take API key and pool name. Raises `ProviderMisconfigured` where one is missing."""
        key, url = credential(settings, KEY), settings.get(API) or "https://api.mailslurp.com"
        self._mailslurp = Service("MailSlurp API", url, POOL, KEY, {"x-api-key": key})
        self._pool_name = settings.get(POOL, "")
        self._ids: dict[str, str] = {}

    def preflight(self) -> None:
        """Find the pool, which checks both key and name."""
        self._pool_id()

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend a number of the pool; MailSlurp itself excludes other machines from it."""
        wanted = {"leaseName": owner, "leaseOwner": "mfa-verification", "leaseDurationMillis": int(seconds * 1000)}
        path = f"/phone/pools/{self._pool_id()}/leases"
        reply = self._mailslurp.ask("POST", path, json=wanted, healthy=IN_USE)
        if reply.status in IN_USE:
            raise Inconclusive(Cause.NO_NUMBER_AVAILABLE, f"every number of {POOL} is in use: add numbers to the pool")
        match reply.body:
            case {"id": str(id_), "phoneNumberId": str(phone_id), "phoneNumber": str(number)}:
                self._ids[number] = phone_id
                # A number to which a late message may come is not given back: the pool ends the lease.
                return Lease(number, lambda rest: None if rest else self._end(path, id_))
        raise self._mailslurp.malformed("leased a number without id, phoneNumberId or phoneNumber")

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return new messages; MailSlurp holds the request up to 20 s until there is one."""
        since, hold = since_of(cursor), min(int(wait), LONGEST_WAIT)
        listed, _ = self._listed(number, since)
        found = new_since(cursor, number, listed)
        if found or not hold:
            return found
        waited = {
            "phoneNumberId": self._ids[number], "since": _iso(since), "count": len(listed) + 1,
            "countType": "ATLEAST", "timeout": hold * 1000, "unreadOnly": False,
        }  # fmt: skip
        reply = self._mailslurp.ask("POST", "/waitForSms", json=waited, hold=hold, healthy=(NOTHING_CAME,))
        return [] if reply.status == NOTHING_CAME else super().poll(number, cursor, 0)

    def discard(self, message: SmsMessage) -> None:
        """Delete the message."""
        self._mailslurp.ask("DELETE", f"/sms/{message.id}", healthy=(404,))

    def _listed(self, number: str, since: datetime | None) -> tuple[list[SmsMessage], datetime | None]:
        messages: list[SmsMessage] = []
        moment = None
        for page in range(PAGES):
            query = {"page": str(page), "size": str(PAGE_SIZE), "sort": "DESC"}
            if since:
                query["since"] = _iso(since)
            reply = self._mailslurp.ask("GET", f"/phone/numbers/{self._ids[number]}/sms", query=query)
            items = reply.body.get("content") if isinstance(reply.body, dict) else None
            if not isinstance(items, list):
                raise self._mailslurp.malformed("returned no list of SMS messages")
            moment = moment or reply.moment
            messages += [self._message(item, number) for item in items]
            if len(items) < PAGE_SIZE or is_far_enough(messages, since, moment):
                break
        return messages, moment

    def _message(self, item: Any, number: str) -> SmsMessage:
        match item:
            case {"id": str(id_), "body": str(body), "createdAt": created} if moment_of(created):
                # The list does not name the receiver; `phoneNumber` is the phone's id or its number.
                to = number if item.get("phoneNumber") in (None, self._ids[number], number) else ""
                return SmsMessage(id_, to, Secret(body, "SMS message"), moment_of(created))  # type: ignore[arg-type]
        raise self._mailslurp.malformed("listed an SMS message without id, body or createdAt")

    def _pool_id(self) -> str:
        reply = self._mailslurp.ask("GET", f"/phone/pools/by-name?name={quote(self._pool_name)}", healthy=(404,))
        if reply.status == 404:
            raise ProviderMisconfigured(POOL, "the account has no pool of phone numbers of that name")
        if not isinstance(reply.body, dict) or not isinstance(reply.body.get("id"), str):
            raise self._mailslurp.malformed("returned no pool")
        return str(reply.body["id"])

    def _end(self, path: str, id_: str) -> None:
        self._mailslurp.ask("DELETE", f"{path}/{id_}", healthy=(404,))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
