"""Reads SMS messages to the numbers of a Twilio account.

Twilio withholds the body of one-time codes (error 30038) unless its support has agreed to let them through.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.core.secret import Secret
from mfa_verification.phones.numbers import OwnedNumbers
from mfa_verification.phones.provider import (
    Lease,
    ListingProvider,
    Service,
    SmsMessage,
    SmsWithheld,
    credential,
    is_far_enough,
)
from mfa_verification.settings.profile import SettingNames

ACCOUNT, TOKEN, NUMBERS, API = "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_NUMBERS", "TWILIO_API_URL"
PAGE_SIZE, PAGES = 50, 20
WITHHELD = 30038


class TwilioProvider(ListingProvider):
    """The provider `twilio`."""

    name: ClassVar[str] = "twilio"
    settings: ClassVar[SettingNames] = SettingNames((ACCOUNT, TOKEN, NUMBERS), (API, *OwnedNumbers.SETTINGS))
    carrier: ClassVar[bool] = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Take account, token and owned numbers. Raises `ProviderMisconfigured` where one is missing or malformed."""
        account = credential(settings, ACCOUNT).reveal()
        if not re.fullmatch("AC[0-9a-f]{32}", account):
            raise ProviderMisconfigured(ACCOUNT, "expected AC and 32 hexadecimal digits (not an API key, SK…)")
        pair = base64.b64encode(f"{account}:{credential(settings, TOKEN).reveal()}".encode()).decode()
        self._root = settings.get(API) or "https://api.twilio.com"
        url = f"{self._root.rstrip('/')}/2010-04-01/Accounts/{account}"
        self._twilio = Service("Twilio API", url, ACCOUNT, TOKEN, {"Authorization": Secret(f"Basic {pair}", TOKEN)})
        self._numbers = OwnedNumbers(settings, NUMBERS)

    def preflight(self) -> None:
        """Check the list of messages, and that the account owns every number."""
        for number in self._numbers.all:
            owned = self._twilio.ask("GET", "/IncomingPhoneNumbers.json", query={"PhoneNumber": number}).body
            if not isinstance(owned, dict) or not isinstance(owned.get("incoming_phone_numbers"), list):
                raise self._twilio.malformed("returned no list of numbers")
            if number not in [one.get("phone_number") for one in owned["incoming_phone_numbers"]]:
                raise ProviderMisconfigured(NUMBERS, f"the account does not own the number ending in {number[-2:]}")
        self.mark(self._numbers.all[0])

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend one of the account's numbers."""
        return self._numbers.lease(owner, seconds)

    def discard(self, message: SmsMessage) -> None:
        """Clear the body: Twilio does not delete a message in its first minute."""
        self._twilio.ask("POST", f"/Messages/{message.id}.json", form={"Body": ""}, healthy=(404,))

    def _listed(self, number: str, since: datetime | None) -> tuple[list[SmsMessage], datetime | None]:
        """List newest first, page by page, until the messages are too old: Twilio's filter knows only days."""
        query: dict[str, str] | None = {"To": number, "PageSize": str(PAGE_SIZE)}
        if since and query:
            query["DateSent>"] = f"{since:%Y-%m-%d}"
        messages: list[SmsMessage] = []
        path, moment = "/Messages.json", None
        for _ in range(PAGES):
            reply = self._twilio.ask("GET", path, query=query)
            page = reply.body
            if not isinstance(page, dict) or not isinstance(page.get("messages"), list):
                raise self._twilio.malformed("returned no list of messages")
            moment = moment or reply.moment
            messages += [message for item in page["messages"] if (message := self._message(item, since))]
            further = page.get("next_page_uri")
            if not further or (messages and is_far_enough(messages, since, moment)):
                break
            path, query = self._root.rstrip("/") + str(further), None
        return messages, moment

    def _message(self, item: Any, since: datetime | None) -> SmsMessage | None:
        match item:
            case {"direction": "inbound", "sid": str(sid), "to": str(to), "body": str(body), "date_sent": str(date)}:
                try:
                    sent_at = parsedate_to_datetime(date).astimezone(UTC)
                except ValueError:
                    raise self._twilio.malformed("listed a message without a date") from None
                if item.get("error_code") == WITHHELD and since and sent_at >= since:
                    raise SmsWithheld(
                        "Twilio has the message but withholds its body (error 30038: one-time codes are filtered): "
                        "ask its support to let codes through, or use another PHONE_PROVIDER"
                    )
                return SmsMessage(sid, to, Secret(body, "SMS message"), sent_at)
            case {"direction": str(direction)} if direction != "inbound":
                return None
        raise self._twilio.malformed("listed a message without sid, to, body, direction or date_sent")
