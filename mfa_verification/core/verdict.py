"""Verdicts of scenarios and runs, their causes, and the exit codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The verdict of a step, a scenario or a run."""

    CONFORMS = "conforms"
    NONCONFORMING = "nonconforming"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"
    NOT_RUN = "not-run"
    SUITE_ERROR = "suite-error"
    # Only of a run.
    INTERRUPTED = "interrupted"
    USAGE = "usage"
    NOTHING_COLLECTED = "nothing-collected"


EXIT_CODES = {
    Verdict.CONFORMS: 0,
    Verdict.NONCONFORMING: 1,
    Verdict.INTERRUPTED: 2,
    Verdict.SUITE_ERROR: 3,
    Verdict.USAGE: 4,
    Verdict.NOTHING_COLLECTED: 5,
    Verdict.INCONCLUSIVE: 75,
}
DECIDED = frozenset({Verdict.CONFORMS, Verdict.NONCONFORMING})


@dataclass(frozen=True, slots=True)
class Terms:
    """Options of a run that change its verdict or its exit code."""

    gate: bool = False
    """Every applicable `must` requirement must be decided, selected or not."""
    inconclusive: str = "fail"
    """`warn`: undecided scenarios are reported but do not change the exit code, unless nothing was decided."""
    not_applicable: str = "ok"
    """`fail`: scenarios that do not apply to this tenant count as undecided."""


def run_verdict(scenarios: Collection[Verdict], terms: Terms = Terms()) -> Verdict:  # frozen
    """Return the verdict of a run from those of its scenarios.

    Nonconforming comes before suite-error, then inconclusive, then conforms. A run in which nothing was decided is
    inconclusive. A scenario that did not run keeps a run from conforming.
    """
    if not scenarios:
        return Verdict.NOTHING_COLLECTED
    for verdict in (Verdict.NONCONFORMING, Verdict.SUITE_ERROR):
        if verdict in scenarios:
            return verdict
    open_ones = {Verdict.INCONCLUSIVE, Verdict.NOT_RUN}
    if terms.not_applicable == "fail":
        open_ones.add(Verdict.NOT_APPLICABLE)
    undecided = open_ones & set(scenarios)
    return Verdict.CONFORMS if Verdict.CONFORMS in scenarios and not undecided else Verdict.INCONCLUSIVE


class Cause(StrEnum):
    """The reason for a verdict; its value appears in reports and in `verdict.json`.

    `reports/causes.toml` explains each one; docs/causes.md is generated from it.
    """

    # Proved by the tenant's own responses or log.
    EXPECTATION_NOT_MET = "expectation-not-met"
    UNEXPECTED_REFUSAL = "unexpected-refusal"
    UNEXPECTED_OBSTACLE = "unexpected-obstacle"
    MALFORMED_RESPONSE = "malformed-response"
    TOKEN_NOT_VALID = "token-not-valid"
    CALLBACK_NOT_VALID = "callback-not-valid"
    CODE_NOT_ACCEPTED = "code-not-accepted"
    SMS_WITHOUT_CODE = "sms-without-code"
    SMS_REPEATED = "sms-repeated"
    SMS_NOT_SENT = "sms-not-sent"
    SMS_SENT_ELSEWHERE = "sms-sent-elsewhere"
    FACTOR_OFF = "factor-off"
    MFA_GRANT_MISSING = "mfa-grant-missing"
    ACTION_FAILED = "action-failed"
    PHONE_PROVIDER_REFUSED = "phone-provider-refused"

    # Nothing was learned about the tenant.
    TENANT_UNREACHABLE = "tenant-unreachable"
    TENANT_UNAVAILABLE = "tenant-unavailable"
    RATE_LIMITED = "rate-limited"
    LIMIT_REACHED = "limit-reached"
    FEATURE_UNAVAILABLE = "feature-unavailable"
    CLOCK_SKEW = "clock-skew"
    PHONE_PROVIDER_UNREACHABLE = "phone-provider-unreachable"
    PHONE_PROVIDER_DOWN = "phone-provider-down"
    SMS_NOT_DELIVERED = "sms-not-delivered"
    SMS_AMBIGUOUS = "sms-ambiguous"
    SMS_DUPLICATED = "sms-duplicated"
    SMS_WITHHELD = "sms-withheld"
    NO_NUMBER_AVAILABLE = "no-number-available"
    USER_NOT_CREATED = "user-not-created"
    CAPTCHA = "captcha"
    PASSWORD_BREACHED = "password-breached"
    UNKNOWN_SCREEN = "unknown-screen"
    SIGN_IN_LOOPS = "sign-in-loops"
    SIGN_IN_TOO_SLOW = "sign-in-too-slow"
    BROWSER_FAILED = "browser-failed"
    ADMINISTRATOR_NOT_ALLOWED = "administrator-not-allowed"
    UNDETERMINED = "undetermined"
    LOCK_HELD = "lock-held"

    # Not about the tenant.
    BLOCKED_BY = "blocked-by"
    SETTING_NOT_ARRANGED = "setting-not-arranged"
    NODE_MISSING = "node-missing"
    SETTING_NOT_RESTORED = "setting-not-restored"
    USER_NOT_REMOVED = "user-not-removed"
    SUITE_ERROR = "suite-error"
    LOST = "lost"
    INTERRUPTED = "interrupted"
