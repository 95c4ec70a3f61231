"""What a page's error codes and statuses mean: trouble that says nothing of the tenant, or an obstacle that does.

Codes are Auth0's own names (contract, 2.3 to 2.5); texts are translated, and decide nothing here.
"""

from __future__ import annotations

from mfa_verification.outcome import Stop
from mfa_verification.verdict.cause import Cause

TROUBLE = {
    "too-many-sms": Cause.RATE_LIMITED,
    "too-many-voice": Cause.RATE_LIMITED,
    "too-many-email": Cause.RATE_LIMITED,
    "too-many-logins": Cause.RATE_LIMITED,
    "same-user-login": Cause.RATE_LIMITED,
    "ip-blocked": Cause.RATE_LIMITED,
    "send-sms-failed": Cause.TEXT_NOT_DELIVERED,
    "sms-authenticator-error": Cause.TEXT_NOT_DELIVERED,
    "send-voice-failed": Cause.TEXT_NOT_DELIVERED,
    "invalid-captcha": Cause.CAPTCHA,
    "captcha-required": Cause.CAPTCHA,
    "captcha-client-failure": Cause.CAPTCHA,
    "captcha-validation-failure": Cause.CAPTCHA,
    "password-breached": Cause.PASSWORD_BREACHED,
}
"""Codes that say nothing of what the tenant would do on another day, or with another password."""
STOPS = {
    "user-blocked": Stop.ACCOUNT_BLOCKED,
    "too-many-failures": Stop.CODE_REFUSED_FOR_NOW,
    "no-transaction-in-progress": Stop.TRANSACTION_EXPIRED,
    "transaction-not-found": Stop.TRANSACTION_EXPIRED,
    "transaction-expired": Stop.TRANSACTION_EXPIRED,
    "password-expired": Stop.PASSWORD_CHANGE,
    "email-not-verified": Stop.EMAIL_VERIFICATION,
}
"""Codes that speak of the tenant or the person; every other one says that an answer was wrong."""
