"""What the tenant's log says about the texts to one person (contract, 7.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mfa_verification.auth0.management import ManagementApi
from mfa_verification.clock import TenantClock
from mfa_verification.outcome import Inconclusive
from mfa_verification.phones.sending import TextEvent
from mfa_verification.verdict.cause import Cause

TYPES = ("gd_send_sms", "gd_send_sms_failure", "fn", "limit_phone")
"""Which of them a custom provider writes is not documented, so each is taken."""
UNSURE_SECONDS = 2.0
"""How far off our idea of the tenant's time is at most taken to be."""


class TextLog:
    """The texts to one person, by the tenant's own records."""

    def __init__(self, management: ManagementApi, clock: TenantClock, user_id: str) -> None:
        """Read the log of the user of that id."""
        self._management, self._clock, self._user_id = management, clock, user_id

    def now(self) -> float:
        """The tenant's time, in seconds since 1970."""
        return self._clock.now()

    def of_texts(self, since: float) -> list[TextEvent] | None:
        """Return the events since a moment; None where the operator may not read them."""
        try:
            events = self._management.log_of(self._user_id)
        except Inconclusive as trouble:
            if trouble.cause is not Cause.OPERATOR_NOT_ALLOWED:
                raise
            return None
        earliest = since - min(self._clock.uncertainty, UNSURE_SECONDS)
        return [
            TextEvent(str(event["type"]), _reason(event.get("details")))
            for event in events
            if event.get("type") in TYPES and _moment(event.get("date")) >= earliest
        ]


def _moment(date: object) -> float:
    try:
        return datetime.fromisoformat(str(date)).timestamp()
    except ValueError:
        return 0.0


def _reason(details: object) -> str:
    """Return what a failure says of itself, wherever it stands: codes and words in one line."""
    if not isinstance(details, Mapping):
        return ""
    parts = [details.get(name) for name in ("error", "failure_details", "provider_error")]
    return " ".join(word for part in parts for word in _words(part))


def _words(part: Any) -> list[str]:
    if isinstance(part, Mapping):
        return [word for name in ("code", "errorCode", "status", "message") for word in _words(part.get(name))]
    return [str(part)] if isinstance(part, (str, int)) and part else []
