"""What the tenant's own records say about a text, and what its absence means by them.

A fault is what the records prove: never tried, or refused for how the tenant is set up. All else is trouble.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.verdict.cause import Cause

GRACE_SECONDS = 60.0
"""How long the tenant's log may lag."""
PROVIDER_CODES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("provider_codes.toml").read_text(encoding="utf-8")
)
_SENT = "gd_send_sms"
_FAILED = ("gd_send_sms_failure", "fn")
_LIMITED = "limit_phone"


@dataclass(frozen=True, slots=True)
class TextEvent:
    """One event of the tenant's log that speaks of texts to a person."""

    type: str
    reason: str = ""
    """What the log says of a failure, its words and codes in one line."""


class Records(Protocol):
    """The tenant's records of the texts to one person."""

    def now(self) -> float:
        """The tenant's time, in seconds since 1970."""

    def of_texts(self, since: float) -> list[TextEvent] | None:
        """Return the events since a moment; None where the operator may not read them."""


def why_missing(events: list[TextEvent] | None, phone: str, waited: float) -> TenantFault | Inconclusive | None:
    """Return what it means that no text came to `phone` (a name without its number) within `waited` seconds.

    None while the records may still be on their way.
    """
    if events is None:
        unread = f"no text reached the {phone} within {waited:.0f} s, and the tenant's log may not be read (read:logs)"
        return Inconclusive(Cause.TEXT_NOT_DELIVERED, unread)
    for event in events:
        if event.type in (*_FAILED, _LIMITED):
            return _refused(event, phone)
    if any(event.type == _SENT for event in events):
        lost = f"by its log the tenant sent a text to the {phone}, and none arrived within {waited:.0f} s"
        return Inconclusive(Cause.TEXT_NOT_DELIVERED, lost)
    if waited < GRACE_SECONDS:
        return None
    never = f"the tenant never tried to text the {phone}: its log has neither a text nor a failure in {waited:.0f} s"
    return TenantFault(Cause.TEXT_NOT_SENT, never)


def sent(events: Iterable[TextEvent]) -> int:
    """Count the texts that were sent."""
    return sum(event.type == _SENT for event in events)


def _refused(event: TextEvent, phone: str) -> TenantFault | Inconclusive:
    kind, meaning = _meaning(f"{event.type} {event.reason}")
    said = re.sub(r"\+?[0-9][0-9 ().-]{5,}[0-9]", "…", event.reason)[:200]
    what = f"the text to the {phone} was not sent: {meaning} ({said or event.type})"
    match kind:
        case "fault":
            return TenantFault(Cause.TEXT_NOT_SENT, what)
        case "limit":
            return Inconclusive(Cause.TEXT_LIMIT_REACHED, what)
    return Inconclusive(Cause.TEXT_NOT_DELIVERED, what)


def _meaning(words: str) -> tuple[str, str]:
    """Look the codes of a failure up. Trouble outweighs a fault that is only mentioned beside it."""
    for kind in ("limit", "trouble", "fault"):
        for code, meaning in PROVIDER_CODES[kind].items():
            if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", words):
                return kind, meaning
    return "trouble", "for a reason that is in no table"
