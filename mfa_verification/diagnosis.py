"""Examines a failure before it becomes a verdict: first the dependencies, then the tenant's log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from mfa_verification.auth0.management import LogEvent
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.clock import check_clock
from mfa_verification.core.outcome import Finding, Inconclusive, Obstacle, Refusal, TenantFault
from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.phones.records import BEGUN, NOT_SENT, SENT, SmsEvent, why_not_sent
from mfa_verification.phones.registry import factory_of
from mfa_verification.reports.record import EXPLAINED
from mfa_verification.users.directory import TestUser, TestUsers

SENDING = (Cause.TENANT_UNAVAILABLE, Cause.RATE_LIMITED)
"""Causes behind which an SMS message may stand that was not sent."""


class Diagnosis:
    """Diagnoses the failures of one scenario."""

    def __init__(self, tenant: Tenant, *, keeps_time: bool) -> None:
        """Examine failures at `tenant`; `keeps_time`: no scenario moves its clock."""
        self.users: TestUsers | None = None
        self._tenant = tenant
        self._keeps_time = keeps_time

    def of(self, error: BaseException, finding: Finding) -> Finding:
        """Return the finding after the diagnosis; the given one where nothing explains more."""
        verdict, cause, message = finding
        if verdict is Verdict.NONCONFORMING:
            if outage := find_outage(self._tenant, keeps_time=self._keeps_time):
                return Verdict.INCONCLUSIVE, outage.cause, f"{outage}; what failed before: {message}"
            return self._of_refusal(error.met if isinstance(error, TenantFault) else None, finding)
        if verdict is Verdict.INCONCLUSIVE and cause in SENDING:
            return self._of_sending(finding)
        return finding

    def _of_refusal(self, met: Refusal | Obstacle | None, finding: Finding) -> Finding:
        """Explain a refusal or an obstacle that came instead of a result: limits and lockouts can be behind it."""
        if met is None:
            return finding
        message = finding[2]
        named = cause_of_refusal(met) if isinstance(met, Refusal) else None
        if named is not None:
            return found(named, message)
        try:
            events = self._events()
        except (Inconclusive, TenantFault) as error:
            if _is_about_a_code(met):
                unknown = f"{message}; whether the code was wrong or late, or the user locked out, is unknown: {error}"
                return Verdict.INCONCLUSIVE, Cause.UNDETERMINED, unknown
            return finding
        kinds = (ACTION_EVENT, *(CODE_EVENTS if _is_about_a_code(met) else ()))
        said = _most_severe(events, kinds)
        explained = finding_of_event(said) if said else None
        return (explained[0], explained[1], f"{message}; {explained[2]}") if explained else finding

    def _of_sending(self, finding: Finding) -> Finding:
        """Add what the log says about an SMS message that was not sent, where the refusal itself says little."""
        verdict, cause, message = finding
        try:
            for user in self.users.present if self.users else []:
                if explained := self._sent_to(user):
                    return explained[0], explained[1], f"{message}; {explained[2]}"
        except (Inconclusive, TenantFault) as error:
            return verdict, cause, f"{message}; the tenant's log could not be read: {error}"
        return finding

    def _sent_to(self, user: TestUser) -> Finding | None:
        """Return what the log says about a user's newest SMS message, if it was not sent."""
        events = self._tenant.management.events_of(user.user_id)
        begun, sent = _newest(events, BEGUN), _newest(events, (*SENT, *NOT_SENT))
        if sent is None or (begun is not None and sent.date < begun.date - 1):
            return None
        return finding_of_event(sent)

    def _events(self) -> list[LogEvent]:
        users = self.users.present if self.users else []
        found = [event for user in users for event in self._tenant.management.events_of(user.user_id)]
        return sorted(found, key=lambda event: event.date, reverse=True)


def _newest(events: Sequence[LogEvent], kinds: Sequence[str]) -> LogEvent | None:
    return next((event for event in events if event.type in kinds), None)


def _most_severe(events: Sequence[LogEvent], kinds: Sequence[str]) -> LogEvent | None:
    """Return the newest event, or one about a limit within a second of it: a lockout logs both."""
    newest = _newest(events, kinds)
    if newest is None:
        return None
    limits = [one for one in events if one.type.endswith("_exceed") and one.date >= newest.date - 1]
    return next((one for one in limits if one.type in kinds), newest)


def _is_about_a_code(met: Refusal | Obstacle) -> bool:
    """Return whether it is the response to a wrong code, a late code or a lockout alike (AF-LIMIT-10, AF-CONF-20)."""
    if isinstance(met, Refusal):
        return met.error == "invalid_grant"
    return met.screen.startswith("mfa-") and "the tenant said" in met.seen


def find_outage(tenant: Tenant, *, keeps_time: bool) -> Inconclusive | None:
    """Check token endpoint, Management API, phone provider and clock; return the first error, None where all work.

    `keeps_time` is False for a tenant whose clock a scenario may move.
    """
    for check in _dependency_checks(tenant, keeps_time=keeps_time):
        try:
            check()
        except TenantFault:
            continue  # it responded, even if wrongly
        except Inconclusive as outage:
            return outage
    return None


def _dependency_checks(tenant: Tenant, *, keeps_time: bool) -> Iterator[Callable[[], object]]:
    yield tenant.administrator_sign_in
    yield tenant.management.factors
    yield factory_of(tenant.profile.phone_provider)(tenant.profile.phone_settings).preflight
    if keeps_time:
        yield lambda: check_clock(tenant.clock)


_BY_NAME = {
    "too_many_requests": Cause.RATE_LIMITED,
    "too_many_sms": Cause.LIMIT_REACHED,
    "too_many_sms_per_tenant": Cause.LIMIT_REACHED,
    "too_many_attempts": Cause.LIMIT_REACHED,
    "too_many_logins": Cause.RATE_LIMITED,
    "feature_disabled": Cause.FEATURE_UNAVAILABLE,
    "feature_disabled_by_admin": Cause.FACTOR_OFF,
    "enrollment_method_disabled": Cause.FACTOR_OFF,
    "auth_method_disabled": Cause.FACTOR_OFF,
    "no_method_available": Cause.FACTOR_OFF,
    "unauthorized_client": Cause.MFA_GRANT_MISSING,
    "unsupported_grant_type": Cause.MFA_GRANT_MISSING,
}
_RATE = re.compile(r"rate limit|global limit", re.IGNORECASE)
_MFA_GRANT = re.compile(r"grant-type/mfa-|grant type", re.IGNORECASE)
_GRANT_NAMES = (Cause.MFA_GRANT_MISSING,)

CODE_EVENTS = ("gd_auth_failed", "gd_otp_rate_limit_exceed", "gd_recovery_failed", "gd_recovery_rate_limit_exceed")
LIMIT_EVENTS = ("api_limit", "api_limit_warning")
ACTION_EVENT = "actions_execution_failed"


def found(cause: Cause, message: str) -> Finding:
    """Return a finding with the verdict that belongs to the cause."""
    return EXPLAINED[cause].verdict, cause, message


def cause_of_refusal(refusal: Refusal) -> Cause | None:
    """Return the cause that the refusal itself names; None where it names none."""
    cause = _BY_NAME.get(refusal.error)
    if cause in _GRANT_NAMES and not _MFA_GRANT.search(refusal.description):
        return None
    return Cause.RATE_LIMITED if cause is None and _RATE.search(refusal.description) else cause


def finding_of_event(event: LogEvent) -> Finding | None:
    """Return the finding that a log event stands for; None where it explains nothing."""
    failure = event.details.get("failure_details")
    code = str(failure.get("errorCode") or "") if isinstance(failure, dict) else ""
    said = f"the tenant's log says {event.type}" + (f" ({code})" if code else "")
    if event.type in LIMIT_EVENTS:
        return found(Cause.RATE_LIMITED, f"{said}: {event.description}")
    if event.type == "limit_phone":
        reset = event.details.get("reset_time")
        return found(Cause.LIMIT_REACHED, f"{said}: {event.description}" + (f", until {reset}" if reset else ""))
    if event.type in ("gd_otp_rate_limit_exceed", "gd_recovery_rate_limit_exceed"):
        return found(Cause.LIMIT_REACHED, f"{said}: the user is locked out after too many wrong codes")
    if event.type in ("gd_auth_failed", "gd_recovery_failed"):
        return found(Cause.CODE_NOT_ACCEPTED, f"{said}: the tenant treated the code as wrong")
    if event.type == ACTION_EVENT:
        return found(Cause.ACTION_FAILED, f"{said}: {_action(event)}")
    if event.type in ("gd_send_sms_failure", "gd_send_voice_failure"):
        cause, why = why_not_sent(SmsEvent(event.type, event.reason))
        return found(cause, f"{said}: {why}")
    return None


def _action(event: LogEvent) -> str:
    name, kind = event.details.get("action_name"), event.details.get("error_class")
    return f"the Action {name or 'without a name'} failed" + (f" with {kind}" if kind else "")
