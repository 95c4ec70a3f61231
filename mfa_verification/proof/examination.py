"""Looks into a failure before it becomes a verdict: first the dependencies, then the tenant's own records."""

from __future__ import annotations

from collections.abc import Sequence

from mfa_verification.auth0.management import LogEvent
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.outcome import Inconclusive, Obstacle, Refusal, TenantFault
from mfa_verification.people.household import Household
from mfa_verification.people.person import Person
from mfa_verification.phones.sending import BEGUN, NOT_SENT, SENT
from mfa_verification.proof import signals
from mfa_verification.proof.controls import trouble_with
from mfa_verification.verdict.cause import Cause
from mfa_verification.verdict.classify import Finding
from mfa_verification.verdict.verdict import Verdict

SENDING = (Cause.TENANT_UNAVAILABLE, Cause.RATE_LIMITED)
"""Trouble behind which a text may stand that was not sent."""


class Examination:
    """Who looks into the failures of one scenario."""

    def __init__(self, tenant: Tenant, *, keeps_time: bool) -> None:
        """Look at the scenario's own tenant; `keeps_time`: nobody moves its clock."""
        self.people: Household | None = None
        self._tenant = tenant
        self._keeps_time = keeps_time

    def of(self, error: BaseException, finding: Finding) -> Finding:
        """Return what a failure comes to once it was looked into; what cannot be improved on comes back as it is."""
        verdict, cause, message = finding
        if verdict is Verdict.NONCONFORMING:
            if trouble := trouble_with(self._tenant, keeps_time=self._keeps_time):
                return Verdict.INCONCLUSIVE, trouble.cause, f"{trouble}; what failed before: {message}"
            return self._of_answer(error.met if isinstance(error, TenantFault) else None, finding)
        if verdict is Verdict.INCONCLUSIVE and cause in SENDING:
            return self._of_sending(finding)
        return finding

    def _of_answer(self, met: Refusal | Obstacle | None, finding: Finding) -> Finding:
        """Look into a refusal where an answer was expected: only there do limits and locks explain anything."""
        if met is None:
            return finding
        message = finding[2]
        named = signals.of_refusal(met) if isinstance(met, Refusal) else None
        if named is not None:
            return signals.found(named, message)
        try:
            events = self._events()
        except (Inconclusive, TenantFault) as trouble:
            if _speaks_of_a_code(met):
                untold = f"{message}; whether the code was wrong, late or the person locked cannot be told: {trouble}"
                return Verdict.INCONCLUSIVE, Cause.CANNOT_BE_TOLD, untold
            return finding
        kinds = (signals.ACTION_EVENT, *(signals.CODE_EVENTS if _speaks_of_a_code(met) else ()))
        said = _gravest(events, kinds)
        explained = signals.of_event(said) if said else None
        return (explained[0], explained[1], f"{message}; {explained[2]}") if explained else finding

    def _of_sending(self, finding: Finding) -> Finding:
        """Look for the record of a text behind a refusal that says little: it may name who did not take it."""
        verdict, cause, message = finding
        try:
            for person in self.people.present if self.people else []:
                if explained := self._sent_to(person):
                    return explained[0], explained[1], f"{message}; {explained[2]}"
        except (Inconclusive, TenantFault) as trouble:
            return verdict, cause, f"{message}; the tenant's log, which would tell more, was not read: {trouble}"
        return finding

    def _sent_to(self, person: Person) -> Finding | None:
        """Return what the log says of a person's newest text, where it was not sent."""
        events = self._tenant.management.events_of(person.user_id)
        begun, sent = _newest(events, BEGUN), _newest(events, (*SENT, *NOT_SENT))
        if sent is None or (begun is not None and sent.date < begun.date - 1):
            return None
        return signals.of_event(sent)

    def _events(self) -> list[LogEvent]:
        people = self.people.present if self.people else []
        found = [event for person in people for event in self._tenant.management.events_of(person.user_id)]
        return sorted(found, key=lambda event: event.date, reverse=True)


def _newest(events: Sequence[LogEvent], kinds: Sequence[str]) -> LogEvent | None:
    return next((event for event in events if event.type in kinds), None)


def _gravest(events: Sequence[LogEvent], kinds: Sequence[str]) -> LogEvent | None:
    """Return the newest; of those within a second of it the one that speaks of a limit, as a lock says both."""
    newest = _newest(events, kinds)
    if newest is None:
        return None
    limits = [one for one in events if one.type.endswith("_exceed") and one.date >= newest.date - 1]
    return next((one for one in limits if one.type in kinds), newest)


def _speaks_of_a_code(met: Refusal | Obstacle) -> bool:
    """Say whether it is the one answer that a wrong code, a late one and a lock share (contract, 3.6 and 8)."""
    if isinstance(met, Refusal):
        return met.error == "invalid_grant"
    return met.screen.startswith("mfa-") and "answered" in met.seen
