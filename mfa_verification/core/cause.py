"""Why a scenario did not conform, or could not be decided: a closed list."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """One word for each reason; the value is what reports and `verdict.json` show.

    `verdict/causes.toml` says of each what it means, what to do and where to look; docs/causes.md is made from that.
    """

    # What the tenant's own answers or records prove.
    EXPECTATION_NOT_MET = "expectation-not-met"
    UNEXPECTED_REFUSAL = "unexpected-refusal"
    UNEXPECTED_OBSTACLE = "unexpected-obstacle"
    MALFORMED_ANSWER = "malformed-answer"
    TOKEN_NOT_VALID = "token-not-valid"
    CALLBACK_NOT_VALID = "callback-not-valid"
    CODE_NOT_ACCEPTED = "code-not-accepted"
    TEXT_WITHOUT_CODE = "text-without-code"
    TEXT_REPEATED = "text-repeated"
    TEXT_NOT_SENT = "text-not-sent"
    TEXT_SENT_ELSEWHERE = "text-sent-elsewhere"
    FACTOR_OFF = "factor-off"
    MFA_GRANT_MISSING = "mfa-grant-missing"
    ACTION_FAILED = "action-failed"
    PHONE_PROVIDER_REFUSED = "phone-provider-refused"

    # Trouble: nothing was learnt about the tenant.
    TENANT_UNREACHABLE = "tenant-unreachable"
    TENANT_UNAVAILABLE = "tenant-unavailable"
    RATE_LIMITED = "rate-limited"
    BUDGET_USED = "budget-used"
    FEATURE_UNAVAILABLE = "feature-unavailable"
    CLOCK_SKEW = "clock-skew"
    PHONE_PROVIDER_UNREACHABLE = "phone-provider-unreachable"
    PHONE_PROVIDER_DOWN = "phone-provider-down"
    TEXT_NOT_DELIVERED = "text-not-delivered"
    TEXT_AMBIGUOUS = "text-ambiguous"
    TEXT_DOUBLED = "text-doubled"
    TEXT_WITHHELD = "text-withheld"
    NO_NUMBER_AVAILABLE = "no-number-available"
    PERSON_NOT_MADE = "person-not-made"
    CAPTCHA = "captcha"
    PASSWORD_BREACHED = "password-breached"
    UNKNOWN_SCREEN = "unknown-screen"
    SIGN_IN_LOOPS = "sign-in-loops"
    SIGN_IN_TOO_SLOW = "sign-in-too-slow"
    BROWSER_TROUBLE = "browser-trouble"
    OPERATOR_NOT_ALLOWED = "operator-not-allowed"
    CANNOT_BE_TOLD = "cannot-be-told"
    LOCK_HELD = "lock-held"

    # Not about the tenant at all.
    BLOCKED_BY = "blocked-by"
    SETTING_NOT_ARRANGED = "setting-not-arranged"
    NODE_MISSING = "node-missing"
    SETTING_NOT_PUT_BACK = "setting-not-put-back"
    PERSON_NOT_REMOVED = "person-not-removed"
    SUITE_ERROR = "suite-error"
    LOST = "lost"
    INTERRUPTED = "interrupted"
