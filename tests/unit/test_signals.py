"""Each signal of the evidence (refusals, events of the log, codes of providers) and the class that it stands for."""

from __future__ import annotations

from typing import Any

import pytest

from mfa_verification.auth0.management import LogEvent
from mfa_verification.core.outcome import Refusal
from mfa_verification.core.verdict import Cause
from mfa_verification.diagnosis import cause_of_refusal, finding_of_event
from mfa_verification.reports.record import EXPLAINED

MFA = "Grant type 'http://auth0.com/oauth/grant-type/mfa-oob' not allowed for the client."
REFUSALS = [
    (Refusal(429, "too_many_requests", "Rate limit exceeded"), "inconclusive", "rate-limited"),
    (Refusal(429, "access_denied", "Global rate limit exceeded"), "inconclusive", "rate-limited"),
    (Refusal(429, "too_many_sms", "x"), "inconclusive", "budget-used"),
    (Refusal(429, "too_many_sms_per_tenant", "x"), "inconclusive", "budget-used"),
    (Refusal(429, "too_many_attempts", "x"), "inconclusive", "budget-used"),
    (Refusal(403, "feature_disabled", "x"), "inconclusive", "feature-unavailable"),
    (Refusal(403, "feature_disabled_by_admin", "x"), "nonconforming", "factor-off"),
    (Refusal(403, "enrollment_method_disabled", "x"), "nonconforming", "factor-off"),
    (Refusal(403, "auth_method_disabled", "x"), "nonconforming", "factor-off"),
    (Refusal(403, "no_method_available", "x"), "nonconforming", "factor-off"),
    (Refusal(403, "unauthorized_client", MFA), "nonconforming", "mfa-grant-missing"),
    (Refusal(403, "unsupported_grant_type", "Unsupported grant type: x"), "nonconforming", "mfa-grant-missing"),
]
EVENTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("api_limit", {}, "inconclusive", "rate-limited"),
    ("api_limit_warning", {}, "inconclusive", "rate-limited"),
    ("limit_phone", {"reset_time": "2031-05-06T07:08:09Z"}, "inconclusive", "budget-used"),
    ("gd_otp_rate_limit_exceed", {}, "inconclusive", "budget-used"),
    ("gd_send_sms_failure", {"failure_details": {"errorCode": "too_many_sms"}}, "inconclusive", "budget-used"),
    ("gd_send_sms_failure", {"provider_error": {"code": 20003}}, "nonconforming", "phone-provider-refused"),
    ("gd_send_sms_failure", {"provider_error": {"code": 21606}}, "nonconforming", "phone-provider-refused"),
    ("gd_send_sms_failure", {"provider_error": {"code": 21408}}, "nonconforming", "phone-provider-refused"),
    ("gd_send_sms_failure", {"provider_error": "status 401"}, "nonconforming", "phone-provider-refused"),
    *[
        ("gd_send_sms_failure", {"provider_error": {"code": code}}, "inconclusive", "phone-provider-down")
        for code in (30003, 30004, 30005, 30006, 30007, 30008)
    ],
    ("gd_send_sms_failure", {"provider_error": "status 503"}, "inconclusive", "phone-provider-down"),
    ("gd_send_sms_failure", {"provider_error": {"code": 12345}}, "inconclusive", "phone-provider-down"),
    ("gd_send_sms_failure", {}, "inconclusive", "phone-provider-down"),
    ("actions_execution_failed", {"action_name": "Greet"}, "nonconforming", "action-failed"),
    ("gd_auth_failed", {"failure_details": {"errorCode": "invalid_otp"}}, "nonconforming", "code-not-accepted"),
]


@pytest.mark.parametrize(("refusal", "verdict", "cause"), REFUSALS, ids=str)
def test_a_refusal_by_its_own_name(refusal: Refusal, verdict: str, cause: str) -> None:
    found = cause_of_refusal(refusal)
    assert found == cause
    assert EXPLAINED[Cause(cause)].verdict == verdict


@pytest.mark.parametrize(("type_", "details", "verdict", "cause"), EVENTS, ids=str)
def test_an_event_of_the_log(type_: str, details: dict[str, Any], verdict: str, cause: str) -> None:
    found = finding_of_event(LogEvent(type_, 0.0, "what happened", details))
    assert found is not None
    assert found[:2] == (verdict, cause)
    assert type_ in found[2]


@pytest.mark.parametrize("refusal", [Refusal(403, "invalid_grant", "x"), Refusal(403, "unauthorized_client", "x")])
def test_a_refusal_that_explains_nothing_stays_what_it_is(refusal: Refusal) -> None:
    assert cause_of_refusal(refusal) is None


def test_the_providers_words_are_never_repeated() -> None:
    provider = {"code": 21408, "body": "123456 to +15550001"}
    event = LogEvent("gd_send_sms_failure", 0.0, "x", {"provider_error": provider})
    found = finding_of_event(event)
    assert found is not None
    assert "123456" not in found[2]
    assert "1555" not in found[2]
