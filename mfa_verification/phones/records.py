"""What the tenant's own records say about an SMS message, and what its absence means by them.

A fault is what the records prove: never tried, sent elsewhere, or refused for how the tenant is set up. All else is
trouble.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mfa_verification.auth0.management import ManagementApi
from mfa_verification.core.clock import TenantClock
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.verdict import Cause

GRACE_SECONDS = 60.0
"""How long the tenant's log may lag."""
PROVIDER_CODES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("provider_codes.toml").read_text(encoding="utf-8")
)
BEGUN = ("gd_start_enroll", "gd_start_auth")
SENT = ("gd_send_sms", "gd_send_voice")
NOT_SENT = ("gd_send_sms_failure", "gd_send_voice_failure", "fn", "limit_phone")
"""Which of them a custom provider writes is not documented, so each is taken (AF-LOG-06)."""
_CAUSES = {
    "limit": Cause.LIMIT_REACHED,
    "outage": Cause.PHONE_PROVIDER_DOWN,
    "off": Cause.FACTOR_OFF,
    "fault": Cause.PHONE_PROVIDER_REFUSED,
}
"""Trouble outweighs a fault that is only mentioned beside it."""
_FAULTS = (Cause.FACTOR_OFF, Cause.PHONE_PROVIDER_REFUSED)


@dataclass(frozen=True, slots=True)
class SmsEvent:
    """One event of the tenant's log that speaks of SMS messages to a user."""

    type: str
    reason: str = field(default="", repr=False)
    """What the log says of a failure, its words and codes in one line; the words may hold a number or a code."""
    number: str = field(default="", repr=False)
    """The phone that it names, masked."""


class Records(Protocol):
    """The tenant's records of the SMS messages to one user."""

    def now(self) -> float:
        """The tenant's time, in seconds since 1970."""

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        """Return the events since a moment; None where the administrator may not read them."""


def is_sms_event(type_: str) -> bool:
    """Say whether an event of that type tells of an SMS message, sent or not, or of what brings one."""
    return type_ in (*BEGUN, *SENT, *NOT_SENT)


def why_missing(
    events: list[SmsEvent] | None,
    phone: str,
    waited: float,
    is_own: Callable[[str], bool],
    lost: Callable[[], int],
) -> TenantFault | Inconclusive | None:
    """Return why no SMS message reached `phone` (a name without its number) within `waited` seconds.

    `events` are those since what should have led to it. `is_own` knows the phone's number by its mask; `lost` counts
    how many more were ever sent to the user than came. None while the records may still be on their way.
    """
    nothing = f"no SMS message reached the {phone} within {waited:.0f} s"
    if events is None:
        return Inconclusive(Cause.SMS_NOT_DELIVERED, f"{nothing}, and the tenant's log may not be read (read:logs)")
    for event in events:
        if event.type in NOT_SENT:
            cause, why = why_not_sent(event)
            said = f"the SMS message to the {phone} was not sent: the tenant's log says {event.type}: {why}"
            return TenantFault(cause, said) if cause in _FAULTS else Inconclusive(cause, said)
    sent = [event for event in events if event.type in SENT]
    if any(event.number and not is_own(event.number) for event in sent):
        return TenantFault(Cause.SMS_SENT_ELSEWHERE, f"{nothing}: by its log the tenant sent it to another phone")
    unread = lost()
    if sent and unread > 0:
        return Inconclusive(Cause.SMS_NOT_DELIVERED, f"{nothing}: by its log the tenant sent it, and it was lost")
    if waited < GRACE_SECONDS:
        return None
    begun = next((event.type for event in events if event.type in BEGUN), None)
    if begun is None or unread < 0:
        return Inconclusive(Cause.SMS_NOT_DELIVERED, f"{nothing}, and the tenant's log does not show what led to it")
    return TenantFault(Cause.SMS_NOT_SENT, f"{nothing}: the tenant's log shows {begun}, and no attempt to send it")


def why_not_sent(event: SmsEvent) -> tuple[Cause, str]:
    """Return what a failure to send stands for, and why. Of what the provider said only the code is repeated."""
    words = f"{event.type} {event.reason}"
    for kind, cause in _CAUSES.items():
        for code, meaning in PROVIDER_CODES[kind].items():
            if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", words):
                return cause, f"{meaning} ({code})"
    return Cause.PHONE_PROVIDER_DOWN, "for a reason that is in no table"


def count_sent(events: Iterable[SmsEvent]) -> int:
    """Count the SMS messages that were sent."""
    return sum(event.type in SENT for event in events)


UNSURE_SECONDS = 2.0
"""How far off our idea of the tenant's time is at most taken to be."""


@dataclass(frozen=True, slots=True)
class SmsLog:
    """The SMS messages to one user, by the tenant's own records."""

    _management: ManagementApi
    _clock: TenantClock
    _user_id: str

    def now(self) -> float:
        """The tenant's time, in seconds since 1970."""
        return self._clock.now()

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        """Return the events since a moment, newest first; None where the administrator may not read them."""
        try:
            events = self._management.events_of(self._user_id)
        except Inconclusive as trouble:
            if trouble.cause is not Cause.ADMINISTRATOR_NOT_ALLOWED:
                raise
            return None
        earliest = since - min(self._clock.uncertainty, UNSURE_SECONDS)
        return [
            SmsEvent(event.type, event.reason, event.number)
            for event in events
            if is_sms_event(event.type) and event.date >= earliest
        ]
