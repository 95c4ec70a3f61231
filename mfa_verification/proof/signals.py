"""What a refusal's own name, an event of the log and a provider's error code stand for.

The classes are those of the evidence: what the tenant's configuration causes is a fault, what a limit, the vendor or
a carrier causes is trouble.
"""

from __future__ import annotations

import re

from mfa_verification.auth0.management import LogEvent
from mfa_verification.outcome import Refusal
from mfa_verification.phones.sending import TextEvent, why_not_sent
from mfa_verification.verdict.cause import Cause
from mfa_verification.verdict.classify import Finding
from mfa_verification.verdict.explained import EXPLAINED

_BY_NAME = {
    "too_many_requests": Cause.RATE_LIMITED,
    "too_many_sms": Cause.BUDGET_USED,
    "too_many_sms_per_tenant": Cause.BUDGET_USED,
    "too_many_attempts": Cause.BUDGET_USED,
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
    """Return a finding with the verdict that the cause stands for."""
    return EXPLAINED[cause].verdict, cause, message


def of_refusal(refusal: Refusal) -> Cause | None:
    """Return what a refusal says by its own name and words; None where it says nothing of the kind."""
    cause = _BY_NAME.get(refusal.error)
    if cause in _GRANT_NAMES and not _MFA_GRANT.search(refusal.description):
        return None
    return Cause.RATE_LIMITED if cause is None and _RATE.search(refusal.description) else cause


def of_event(event: LogEvent) -> Finding | None:
    """Return what an event of the log stands for; None for those that explain nothing."""
    failure = event.details.get("failure_details")
    code = str(failure.get("errorCode") or "") if isinstance(failure, dict) else ""
    said = f"the tenant's log says {event.type}" + (f" ({code})" if code else "")
    if event.type in LIMIT_EVENTS:
        return found(Cause.RATE_LIMITED, f"{said}: {event.description}")
    if event.type == "limit_phone":
        reset = event.details.get("reset_time")
        return found(Cause.BUDGET_USED, f"{said}: {event.description}" + (f", until {reset}" if reset else ""))
    if event.type in ("gd_otp_rate_limit_exceed", "gd_recovery_rate_limit_exceed"):
        return found(Cause.BUDGET_USED, f"{said}: the person is locked after too many wrong codes")
    if event.type in ("gd_auth_failed", "gd_recovery_failed"):
        return found(Cause.CODE_NOT_ACCEPTED, f"{said}: it took the code for a wrong one")
    if event.type == ACTION_EVENT:
        return found(Cause.ACTION_FAILED, f"{said}: {_action(event)}")
    if event.type in ("gd_send_sms_failure", "gd_send_voice_failure"):
        cause, why = why_not_sent(TextEvent(event.type, event.reason))
        return found(cause, f"{said}: {why}")
    return None


def _action(event: LogEvent) -> str:
    name, kind = event.details.get("action_name"), event.details.get("error_class")
    return f"the Action {name or 'without a name'} broke" + (f" with {kind}" if kind else "")
