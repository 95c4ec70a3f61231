"""Why a scenario did not conform, or could not be decided: a closed list."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """One word for each reason; the value is what reports and `verdict.json` show."""

    # What the tenant's own answers or records prove.
    EXPECTATION_NOT_MET = "expectation-not-met"
    UNEXPECTED_REFUSAL = "unexpected-refusal"
    UNEXPECTED_OBSTACLE = "unexpected-obstacle"
    MALFORMED_ANSWER = "malformed-answer"
    TOKEN_NOT_VALID = "token-not-valid"
    CALLBACK_NOT_VALID = "callback-not-valid"
    TEXT_WITHOUT_CODE = "text-without-code"
    TEXT_REPEATED = "text-repeated"

    # Trouble: nothing was learnt about the tenant.
    TENANT_UNREACHABLE = "tenant-unreachable"
    TENANT_UNAVAILABLE = "tenant-unavailable"
    RATE_LIMITED = "rate-limited"
    PHONE_PROVIDER_UNREACHABLE = "phone-provider-unreachable"
    TEXT_NOT_DELIVERED = "text-not-delivered"
    TEXT_AMBIGUOUS = "text-ambiguous"
    NO_NUMBER_AVAILABLE = "no-number-available"
    PERSON_NOT_MADE = "person-not-made"
    CAPTCHA = "captcha"
    PASSWORD_BREACHED = "password-breached"
    UNKNOWN_SCREEN = "unknown-screen"
    SIGN_IN_LOOPS = "sign-in-loops"
    SIGN_IN_TOO_SLOW = "sign-in-too-slow"
    BROWSER_TROUBLE = "browser-trouble"
    OPERATOR_NOT_ALLOWED = "operator-not-allowed"

    # Not about the tenant at all.
    SETTING_NOT_ARRANGED = "setting-not-arranged"
    PERSON_NOT_REMOVED = "person-not-removed"
    SUITE_ERROR = "suite-error"
    LOST = "lost"
    INTERRUPTED = "interrupted"
