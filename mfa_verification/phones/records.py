"""Reads the tenant's log about SMS messages, and explains why one did not arrive.

It is the tenant's fault only where the log proves it: not tried, sent elsewhere, or refused because of the
configuration. Everything else is inconclusive.
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
"""Seconds that the tenant's log may lag."""
PROVIDER_CODES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("provider_codes.toml").read_text(encoding="utf-8")
)
STARTED = ("gd_start_enroll", "gd_start_auth")
SENT = ("gd_send_sms", "gd_send_voice")
NOT_SENT = ("gd_send_sms_failure", "gd_send_voice_failure", "fn", "limit_phone")
"""Which of these a custom provider's failure logs is not documented (AF-LOG-06)."""
_CAUSES = {
    "limit": Cause.LIMIT_REACHED,
    "outage": Cause.PHONE_PROVIDER_DOWN,
    "off": Cause.FACTOR_OFF,
    "fault": Cause.PHONE_PROVIDER_REFUSED,
}
"""In this order: an outage comes before a fault that is only mentioned beside it."""
_FAULTS = (Cause.FACTOR_OFF, Cause.PHONE_PROVIDER_REFUSED)


@dataclass(frozen=True, slots=True)
class SmsEvent:
    """A log event about SMS messages to a user."""

    type: str
    reason: str = field(default="", repr=False)
    """Words and codes of a failure in one line; may contain a number or a code."""
    number: str = field(default="", repr=False)
    """The masked phone number in the event."""


class Records(Protocol):
    """The tenant's log about SMS messages to one user."""

    def now(self) -> float:
        """Return the tenant's time in seconds since 1970."""

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        """Return the events since a time; None without permission to read them."""


def is_sms_event(type_: str) -> bool:
    """Return whether events of that type are about SMS messages, sent or not, or about what triggers them."""
    return type_ in (*STARTED, *SENT, *NOT_SENT)


def why_missing(
    events: list[SmsEvent] | None,
    phone: str,
    waited: float,
    is_own: Callable[[str], bool],
    lost: Callable[[], int],
) -> TenantFault | Inconclusive | None:
    """Return why no SMS message reached `phone` (a name without its number) within `waited` seconds.

    `events` are those since the trigger. `is_own` recognizes the phone's masked number; `lost` counts how many more
    messages were sent than came. Returns None while the log may still lag.
    """
    nothing = f"no SMS message reached the {phone} within {waited:.0f} s"
    if events is None:
        return Inconclusive(
            Cause.SMS_NOT_DELIVERED, f"{nothing}, and the tenant's log cannot be read without the scope read:logs"
        )
    for event in events:
        if event.type in NOT_SENT:
            cause, why = why_not_sent(event)
            said = f"the SMS message to the {phone} was not sent: the tenant's log says {event.type}: {why}"
            return TenantFault(cause, said) if cause in _FAULTS else Inconclusive(cause, said)
    sent = [event for event in events if event.type in SENT]
    if any(event.number and not is_own(event.number) for event in sent):
        return TenantFault(
            Cause.SMS_SENT_ELSEWHERE, f"{nothing}: the tenant's log says that it was sent to another phone"
        )
    unread = lost()
    if sent and unread > 0:
        return Inconclusive(Cause.SMS_NOT_DELIVERED, f"{nothing}: the tenant's log says that it was sent")
    if waited < GRACE_SECONDS:
        return None
    started = next((event.type for event in events if event.type in STARTED), None)
    if started is None or unread < 0:
        return Inconclusive(Cause.SMS_NOT_DELIVERED, f"{nothing}, and the tenant's log does not show what triggered it")
    return TenantFault(Cause.SMS_NOT_SENT, f"{nothing}: the tenant's log shows {started} but no attempt to send it")


def why_not_sent(event: SmsEvent) -> tuple[Cause, str]:
    """Return the cause of a failure to send, and its meaning. Only the code is quoted from the provider's words."""
    words = f"{event.type} {event.reason}"
    for kind, cause in _CAUSES.items():
        for code, meaning in PROVIDER_CODES[kind].items():
            if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", words):
                return cause, f"{meaning} ({code})"
    return Cause.PHONE_PROVIDER_DOWN, "for an unknown reason"


def count_sent(events: Iterable[SmsEvent]) -> int:
    """Return how many messages were sent."""
    return sum(event.type in SENT for event in events)


UNSURE_SECONDS = 2.0
"""How far our estimate of the tenant's time may be off at most."""


@dataclass(frozen=True, slots=True)
class SmsLog:
    """The tenant's log about one user, read with the Management API."""

    _management: ManagementApi
    _clock: TenantClock
    _user_id: str

    def now(self) -> float:
        """Return the tenant's time in seconds since 1970."""
        return self._clock.now()

    def sms_events(self, since: float) -> list[SmsEvent] | None:
        """Return the events since a time, newest first; None without permission to read them."""
        try:
            events = self._management.events_of(self._user_id)
        except Inconclusive as error:
            if error.cause is not Cause.ADMINISTRATOR_NOT_ALLOWED:
                raise
            return None
        earliest = since - min(self._clock.uncertainty, UNSURE_SECONDS)
        return [
            SmsEvent(event.type, event.reason, event.number)
            for event in events
            if is_sms_event(event.type) and event.date >= earliest
        ]
