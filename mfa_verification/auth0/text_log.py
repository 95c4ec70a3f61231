"""What the tenant's log says about the texts to one person (contract, 7.7)."""

from __future__ import annotations

from mfa_verification.auth0.management import ManagementApi
from mfa_verification.clock import TenantClock
from mfa_verification.outcome import Inconclusive
from mfa_verification.phones.sending import TextEvent, speaks_of_texts
from mfa_verification.verdict.cause import Cause

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
        """Return the events since a moment, newest first; None where the operator may not read them."""
        try:
            events = self._management.events_of(self._user_id)
        except Inconclusive as trouble:
            if trouble.cause is not Cause.OPERATOR_NOT_ALLOWED:
                raise
            return None
        earliest = since - min(self._clock.uncertainty, UNSURE_SECONDS)
        return [
            TextEvent(event.type, event.reason, event.number)
            for event in events
            if speaks_of_texts(event.type) and event.date >= earliest
        ]
