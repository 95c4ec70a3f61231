"""What every service that receives SMS messages looks like to the suite, and the one way to ask it."""

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
"""A place in the SMS messages of one number; what it says is known only to the provider that made it."""


class ProviderBusy(Inconclusive):
    """The service is there and does not answer now: it limits the rate, or has trouble of its own."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """Take one sentence, and the seconds for which it asked to be left alone."""
        super().__init__(Cause.PHONE_PROVIDER_UNREACHABLE, message)
        self.retry_after = retry_after


class SmsWithheld(Inconclusive):
    """The service has an SMS message and does not hand it out: the tenant did send it, and nobody can read it."""

    def __init__(self, message: str) -> None:
        """Take what it said, and the way out."""
        super().__init__(Cause.SMS_WITHHELD, message)


@dataclass(frozen=True, slots=True)
class SmsMessage:
    """One SMS message that reached a phone."""

    id: str
    """Tells it from every other SMS message of its provider."""
    to: str = field(repr=False)
    """The number, in E.164."""
    body: Secret
    sent_at: datetime
    """With its zone, by the provider's clock."""
    code: Secret | None = None
    """The code that came beside the words, where the provider has one."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A number that is one scenario's own for a while."""

    number: str = field(repr=False)
    """In E.164."""
    give_back: Callable[[float], None] = field(repr=False)
    """Ends it; for so many seconds more nobody gets the number, as a late SMS message may still come to it."""


class PhoneProvider(Protocol):
    """Reads the SMS messages of test phones.

    Adapters only read: waiting, picking the code and judging are done once, for all of them. Each method
    raises `Inconclusive` where the service cannot be reached or answers what it must not, `ProviderBusy` where it
    wants to be left alone for a while, and `ProviderMisconfigured` where it refuses our settings.
    """

    name: ClassVar[str]
    settings: ClassVar[SettingNames]
    carrier: ClassVar[bool]
    """Whether carriers bring the SMS messages: then each costs money, and numbers are owned and lent, not minted."""

    @property
    def pace(self) -> float:
        """Seconds that the service wants between two looks."""

    def preflight(self) -> None:
        """Check credentials, quota and numbers, with the settings as they are; change nothing."""

    def lease(self, owner: str, seconds: float) -> Lease | None:
        """Lend a number to one scenario; None where every number reaches the service, so that one can be minted.

        Raises `Inconclusive` (no number available) where all are in use: a number is never shared.
        """

    def mark(self, number: str) -> Cursor:
        """Return the place after the newest SMS message of a number; taken *before* what sends the next one."""

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return the SMS messages after the cursor, each once, newest last; may block up to `wait` seconds.

        An empty list is healthy. Raises `SmsWithheld` where an SMS message came and cannot be read.
        """

    def discard(self, message: SmsMessage) -> None:
        """Remove an SMS message, or its words, from the service."""


READ_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    status: int
    body: Any
    """JSON; None where there was none."""
    headers: Mapping[str, str]
    text: str = field(default="", repr=False)
    """The same as it came, for services that answer otherwise than with one piece of JSON."""

    @property
    def moment(self) -> datetime | None:
        """When it answered, by its own clock: the runner's is not trusted."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None


class Service:
    """One service at one address, with the headers that prove who asks."""

    def __init__(self, name: str, url: str, setting: str, credentials: str, headers: Mapping[str, Secret]) -> None:
        """Take the address, the setting that it came from, and the one that a refusal speaks of.

        Raises `ProviderMisconfigured` for an address that cannot be right.
        """
        self.url = _address(url, setting).rstrip("/")
        self.where = f"the {name} at {urlsplit(url).hostname}"
        self._setting, self._credentials, self._headers = setting, credentials, headers
        # A proxy is used where TLS hides everything from it.
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
        """Send one request; `hold` is for how long the service may keep it, `healthy` what else is an answer.

        Every other status is sorted: the user's to mend, or trouble.
        """
        reply = self._send(method, path, hold, params=query, json=json, data=form)
        if reply.status in healthy or 200 <= reply.status < 300:
            return reply
        if reply.status in {401, 403}:
            raise ProviderMisconfigured(self._credentials, f"{self.where} refuses it ({reply.status})")
        if reply.status == 429 or reply.status >= 500:
            seconds = reply.headers.get("Retry-After", "")
            busy = f"{self.where} answered {reply.status}"
            raise ProviderBusy(busy, float(seconds) if re.fullmatch("[0-9]{1,4}", seconds) else 0.0)
        raise ProviderMisconfigured(self._setting, f"{self.where} answers {reply.status}: is this the right one?")

    def malformed(self, what: str) -> Inconclusive:
        """Trouble: an answer that is not as described, in words without its content."""
        return Inconclusive(Cause.PHONE_PROVIDER_UNREACHABLE, f"{self.where} {what}")

    def _send(self, method: str, path: str, hold: float, **given: Any) -> Reply:
        revealed = {name: secret.reveal() for name, secret in self._headers.items()}
        url = path if path.startswith("http") else self.url + path
        try:
            prepared = self._session.prepared(method, url, headers={**revealed, "Accept": "application/json"}, **given)
            response = self._session.send(prepared, hold + READ_SECONDS)
            return Reply(response.status_code, json_of(response), response.headers, response.text)
        except (NoResponse, ValueError) as met:  # a ValueError is of an address that a service gave
            kind = met.kind if isinstance(met, NoResponse) else type(met).__name__
        # Raised out here, so that it does not carry the error along, which may print the number and the address.
        raise self.malformed(f"could not be read ({kind})")


def moment_of(text: object) -> datetime | None:
    """Read an ISO 8601 moment with its zone; None where it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def credential(settings: Mapping[str, str], name: str) -> Secret:
    """Return a setting that goes into a header; raises `ProviderMisconfigured` where no header can carry it."""
    text = settings.get(name, "")
    if not re.fullmatch("[!-~]+", text):
        raise ProviderMisconfigured(name, "expected a token: it is empty, or holds what no header can carry")
    return Secret(text, name)


def _address(url: str, setting: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        _ = parts.port  # raises where it is not a number
    except ValueError:
        usable = False
    if not usable or not re.fullmatch("[!-~]+", url):
        raise ProviderMisconfigured(setting, "expected an address such as https://host/messages, without a password")
    return url


OVERLAP = timedelta(minutes=2)
"""How much older than the mark a new SMS message may look: services date SMS messages as their carriers do."""


_ALWAYS = datetime.fromtimestamp(0, UTC)
"""Since when to list where the service says no time: ids alone tell what is new."""


class ListingProvider:
    """The half of a provider that is the same for all of them: `mark` and `poll` over one list."""

    pace: float = 1.0

    def mark(self, number: str) -> Cursor:
        """Note which SMS messages are there by now, and when that was by the service's clock."""
        return self._cursor(*self._listed(number, None))

    def poll(self, number: str, cursor: Cursor, wait: float) -> list[SmsMessage]:
        """Return what came since; holds nothing, so `wait` is not used."""
        return new_since(cursor, number, self._listed(number, since_of(cursor))[0])

    @abstractmethod
    def _listed(self, number: str, since: datetime | None) -> tuple[Sequence[SmsMessage], datetime | None]:
        """List the SMS messages of a number, those since a moment at least, and the service's time.

        None, for a mark: those of the last `OVERLAP`.
        """

    @staticmethod
    def _cursor(messages: Sequence[SmsMessage], moment: datetime | None) -> Cursor:
        since = (moment - OVERLAP if moment else _ALWAYS).isoformat()
        return Cursor(json.dumps({"since": since, "seen": sorted(message.id for message in messages)}))


def is_far_enough(messages: Sequence[SmsMessage], since: datetime | None, moment: datetime | None) -> bool:
    """Say whether a list, newest first, reaches back to where it has to: then no further page is read."""
    back_to = since or (moment and moment - OVERLAP)
    return not messages or back_to is None or messages[-1].sent_at < back_to


def since_of(cursor: Cursor) -> datetime:
    """Return since when to list for a cursor."""
    return datetime.fromisoformat(json.loads(cursor)["since"])


def new_since(cursor: Cursor, number: str, listed: Sequence[SmsMessage]) -> list[SmsMessage]:
    """Return what of a list is new to a cursor and to that number, each once, newest last."""
    seen, since = json.loads(cursor)["seen"], since_of(cursor)
    # Pages that shift while they are read show an SMS message twice.
    new = {
        message.id: message
        for message in listed
        if message.id not in seen and message.to == number and message.sent_at >= since
    }
    return sorted(new.values(), key=lambda message: message.sent_at)
