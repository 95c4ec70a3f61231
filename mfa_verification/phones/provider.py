"""The interface of phone providers, and the HTTP client for their services."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, NewType, Protocol
from urllib.parse import urlsplit

from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.settings.profile import SettingNames
from mfa_verification.transport import NoResponse, Session, json_of, no_proxies, proxies_for

Cursor = NewType("Cursor", str)
"""A position in the messages of one number; only its provider reads it."""


class ProviderBusy(Inconclusive):
    """The service limits the rate or has an outage."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """Take one sentence, and the seconds after which to try again."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, message)
        self.retry_after = retry_after


class SmsWithheld(Inconclusive):
    """The service received an SMS message but does not show its body."""

    def __init__(self, message: str) -> None:
        """Take the reason and what to do."""
        super().__init__(Cause.SMS_WITHHELD, message)


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """An SMS message that reached a phone."""

    id: str
    """Unique for the provider."""
    to: str = field(repr=False)
    """The number, in E.164."""
    body: Secret
    sent_at: datetime
    """With a time zone, by the provider's clock."""
    code: Secret | None = None
    """The code that the sender passed beside the body, if any."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A number that one scenario has for a while."""

    number: str = field(repr=False)
    """In E.164."""
    give_back: Callable[[float], None] = field(repr=False)
    """Ends the lease; the number rests for so many seconds, because a late message may still arrive."""


class PhoneProvider(Protocol):
    """Reads the SMS messages of test phones.

    An adapter only reads; waiting, finding the code and judging are done for all of them elsewhere. Each method raises
    `Inconclusive` where the service cannot be reached or its response is malformed, `ProviderBusy` where it should be
    tried later, and `ProviderMisconfigured` where it refuses the settings.
    """

    name: ClassVar[str]
    settings: ClassVar[SettingNames]
    carrier: ClassVar[bool]
    """Whether a carrier delivers the messages: each costs money, and numbers are owned and leased, not generated."""

    @property
    def pace(self) -> float:
        """Return the seconds between two polls that the service wants."""

    def preflight(self) -> None:
        """Check credentials, quota and numbers, without changing anything."""

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend a number to one scenario; None where every number reaches the service, so that one can be generated.

        Raises `Inconclusive` (no-number-available) where all are leased: a number is never shared.
        """

    def mark(self, number: str) -> Cursor:
        """Return the position after the newest message; called *before* the action that sends one."""

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the messages after the cursor, each once, newest last; may wait up to `wait` seconds for one.

        Raises `SmsWithheld` where a message came whose body cannot be read.
        """

    def discard(self, message: SmsMessage) -> None:
        """Remove a message, or its body, from the service."""


READ_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A response of a service."""

    status: int
    body: Any
    """The JSON; None where there is none."""
    headers: Mapping[str, str]
    text: str = field(default="", repr=False)
    """The raw body, for services that respond with several JSON documents."""

    @property
    def moment(self) -> datetime | None:
        """Return the service's time; this machine's clock may be wrong."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None


class Service:
    """A service at one URL, with the headers that authenticate."""

    def __init__(self, name: str, url: str, setting: str, credentials: str, headers: Mapping[str, Secret]) -> None:
        """Take the URL, the setting it comes from, and the setting of the credentials.

        Raises `ProviderMisconfigured` for a malformed URL.
        """
        self.url = _address(url, setting).rstrip("/")
        self.where = f"the {name} at {urlsplit(url).hostname}"
        self._setting, self._credentials, self._headers = setting, credentials, headers
        # A proxy is used only for https, where it cannot read the request.
        self._session = Session(proxies=proxies_for if url.startswith("https") else no_proxies)

    def ask(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        hold: float = 0.0,
        healthy: tuple[int, ...] = (),
    ) -> Reply:
        """Send a request; `hold`: seconds that the service may delay it, `healthy`: further statuses to return.

        Raises `ProviderMisconfigured` or `ProviderBusy` for other statuses.
        """
        reply = self._send(method, path, hold, params=query, json=json, data=form)
        if reply.status in healthy or 200 <= reply.status < 300:
            return reply
        if reply.status in {401, 403}:
            raise ProviderMisconfigured(self._credentials, f"{self.where} refuses it ({reply.status})")
        if reply.status == 429 or reply.status >= 500:
            seconds = reply.headers.get("Retry-After", "")
            busy = f"{self.where} returned {reply.status}"
            raise ProviderBusy(busy, float(seconds) if re.fullmatch("[0-9]{1,4}", seconds) else 0.0)
        raise ProviderMisconfigured(self._setting, f"{self.where} returned {reply.status}: check this setting")

    def malformed(self, what: str) -> Inconclusive:
        """Return the error for a malformed response, without its content."""
        return Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, f"{self.where} {what}")

    def _send(self, method: str, path: str, hold: float, **given: Any) -> Reply:
        revealed = {name: secret.reveal() for name, secret in self._headers.items()}
        url = path if path.startswith("http") else self.url + path
        try:
            prepared = self._session.prepared(method, url, headers={**revealed, "Accept": "application/json"}, **given)
            response = self._session.send(prepared, hold + READ_SECONDS)
            return Reply(response.status_code, json_of(response), response.headers, response.text)
        except (NoResponse, ValueError) as met:  # ValueError: a malformed URL from the service
            kind = met.kind if isinstance(met, NoResponse) else type(met).__name__
        # Outside `except`, so that the original error, which may print number and URL, is not attached.
        raise self.malformed(f"could not be read ({kind})")


def moment_of(text: object) -> datetime | None:
    """Return an ISO 8601 time with a zone; None where it is malformed."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def credential(settings: Mapping[str, str], name: str) -> Secret:
    """Return a setting for use in a header. Raises `ProviderMisconfigured` where a header cannot carry it."""
    text = settings.get(name, "")
    if not re.fullmatch("[!-~]+", text):
        raise ProviderMisconfigured(
            name, "expected a token, but it is empty or has characters that a header cannot carry"
        )
    return Secret(text, name)


def _address(url: str, setting: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        _ = parts.port  # raises ValueError where it is not a number
    except ValueError:
        usable = False
    if not usable or not re.fullmatch("[!-~]+", url):
        raise ProviderMisconfigured(setting, "expected a URL such as https://host/messages, without a password")
    return url


OVERLAP = timedelta(minutes=2)
"""How much older than the mark a new message may appear: some services use the carrier's time."""


_ALWAYS = datetime.fromtimestamp(0, UTC)
"""Lists everything, where the service sends no date: then only ids tell what is new."""


class ListingProvider:
    """`mark` and `poll` for providers that list all messages."""

    pace: float = 1.0

    def mark(self, number: str) -> Cursor:
        """Return the ids of the current messages and the service's time."""
        return self._cursor(*self._listed(number, None))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return new messages; `wait` is ignored."""
        return new_since(cursor, number, self._listed(number, since_of(cursor))[0])

    @abstractmethod
    def _listed(self, number: str, since: datetime | None) -> tuple[Sequence[SmsMessage], datetime | None]:
        """List the messages of a number since a time, with the service's time.

        `since` None, for a mark: those of the last `OVERLAP`.
        """

    @staticmethod
    def _cursor(messages: Sequence[SmsMessage], moment: datetime | None) -> Cursor:
        since = (moment - OVERLAP if moment else _ALWAYS).isoformat()
        return Cursor(json.dumps({"since": since, "seen": sorted(message.id for message in messages)}))


def is_far_enough(messages: Sequence[SmsMessage], since: datetime | None, moment: datetime | None) -> bool:
    """Return whether a list, newest first, goes back far enough, so that no further page is needed."""
    back_to = since or (moment and moment - OVERLAP)
    return not messages or back_to is None or messages[-1].sent_at < back_to


def since_of(cursor: Cursor) -> datetime:
    """Return the time since which to list."""
    return datetime.fromisoformat(json.loads(cursor)["since"])


def new_since(cursor: Cursor, number: str, listed: Sequence[SmsMessage]) -> list[SmsMessage]:
    """Return the messages in a list that are new to the cursor, each once, newest last."""
    seen, since = json.loads(cursor)["seen"], since_of(cursor)
    # Pages that shift while they are read repeat messages.
    new = {
        message.id: message
        for message in listed
        if message.id not in seen and message.to == number and message.sent_at >= since
    }
    return sorted(new.values(), key=lambda message: message.sent_at)
