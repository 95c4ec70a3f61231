"""Check verdicts, causes, outcomes and what a test user holds."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.auth0.management import LogEvent
from mfa_verification.core.outcome import (
    Inconclusive,
    NotApplicable,
    Obstacle,
    Outcome,
    Refusal,
    TenantFault,
    UserNotRemoved,
    classify,
)
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import EXIT_CODES, Cause, Verdict, run_verdict
from mfa_verification.diagnosis import cause_of_refusal, finding_of_event
from mfa_verification.reports.record import EXPLAINED, Observation, RunRecord, ScenarioRecord, StepRecord, page
from mfa_verification.users.held import Held, MfaToken, MissingPrecondition, RecoveryCode

OF_SCENARIOS = (
    Verdict.CONFORMS,
    Verdict.NONCONFORMING,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_APPLICABLE,
    Verdict.NOT_RUN,
    Verdict.SUITE_ERROR,
)


@pytest.mark.parametrize(
    ("scenarios", "expected"),
    [
        ([], "nothing-collected"),
        (["conforms"], "conforms"),
        (["conforms", "not-applicable"], "conforms"),
        (["not-applicable"], "inconclusive"),
        (["conforms", "inconclusive"], "inconclusive"),
        (["conforms", "not-run"], "inconclusive"),
        (["inconclusive", "suite-error"], "suite-error"),
        (["suite-error", "nonconforming", "inconclusive"], "nonconforming"),
    ],
)
def test_a_run_has_the_gravest_verdict(scenarios: list[str], expected: str) -> None:
    for order in itertools.permutations(scenarios):
        assert run_verdict([Verdict(verdict) for verdict in order]) == expected


@given(st.lists(st.sampled_from(OF_SCENARIOS)))
def test_exit_code_0_means_that_something_conforms_and_nothing_is_open(scenarios: list[Verdict]) -> None:
    is_green = EXIT_CODES[run_verdict(scenarios)] == 0
    assert is_green == (Verdict.CONFORMS in scenarios and set(scenarios) <= {Verdict.CONFORMS, Verdict.NOT_APPLICABLE})


def test_every_verdict_of_a_run_has_its_own_exit_code() -> None:
    assert sorted(EXIT_CODES.values()) == [0, 1, 2, 3, 4, 5, 75]


@pytest.mark.parametrize(
    ("error", "judging", "verdict"),
    [
        (AssertionError("x"), True, Verdict.NONCONFORMING),
        (AssertionError("x"), False, Verdict.SUITE_ERROR),
        (TenantFault(Cause.MALFORMED_RESPONSE, "x"), False, Verdict.NONCONFORMING),
        (Inconclusive(Cause.RATE_LIMITED, "x"), True, Verdict.INCONCLUSIVE),
        (NotApplicable("x"), False, Verdict.NOT_APPLICABLE),
        (UserNotRemoved("x"), False, Verdict.SUITE_ERROR),
        (KeyError("x"), True, Verdict.SUITE_ERROR),
        (KeyboardInterrupt(), True, Verdict.NOT_RUN),
    ],
)
def test_only_errors_about_the_tenant_are_nonconforming(error: BaseException, judging: bool, verdict: Verdict) -> None:
    assert classify(error, judging)[0] is verdict


def test_a_message_is_one_line() -> None:
    assert classify(AssertionError("first\nsecond"), judging=True)[2] == "first"


def record(verdict: Verdict = Verdict.NOT_RUN) -> ScenarioRecord:
    return ScenarioRecord("id", "name", "feature", None, {"a": "b"}, ["MFA-ENR-001"], "must", verdict)


def test_the_first_verdict_other_than_conforms_stays() -> None:
    scenario = record()
    scenario.conclude(Verdict.CONFORMS, None, None)
    scenario.conclude(Verdict.NONCONFORMING, Cause.EXPECTATION_NOT_MET, "first")
    scenario.conclude(Verdict.SUITE_ERROR, Cause.USER_NOT_REMOVED, "second")
    assert (scenario.verdict, scenario.message) == (Verdict.NONCONFORMING, "first")


def test_a_user_that_was_not_removed_is_a_suite_error() -> None:
    scenario = record(Verdict.CONFORMS)
    scenario.conclude(Verdict.SUITE_ERROR, Cause.USER_NOT_REMOVED, "left behind")
    assert scenario.verdict is Verdict.SUITE_ERROR


def test_a_record_survives_the_way_from_a_worker() -> None:
    scenario = record(Verdict.INCONCLUSIVE)
    scenario.cause = Cause.RATE_LIMITED
    scenario.steps = [StepRecord("Given", "a step", Verdict.CONFORMS, 0.5, [["a"]])]
    scenario.observations = [Observation("id", "text")]
    assert ScenarioRecord.from_json(scenario.as_json()) == scenario


def test_a_run_is_interrupted_until_it_has_finished() -> None:
    run = RunRecord()
    assert run.as_json()["verdict"] == "interrupted"
    assert run.as_json()["exit_code"] == 2
    run.scenarios.append(record(Verdict.CONFORMS))
    run.finish()
    assert (run.verdict, run.exit_code, run.decided) == (Verdict.CONFORMS, 0, 1)


def test_the_result_of_a_refused_or_stopped_action_is_a_tenant_fault() -> None:
    assert Outcome("sign in", value=3).result() == 3
    refused: Outcome[int] = Outcome("sign in", refusal=Refusal(403, "invalid_grant", "No."))
    stopped: Outcome[int] = Outcome("sign in", obstacle=Obstacle("login", "it wants more"))
    for outcome, cause in ((refused, Cause.UNEXPECTED_REFUSAL), (stopped, Cause.UNEXPECTED_OBSTACLE)):
        with pytest.raises(TenantFault) as fault:
            outcome.result()
        assert fault.value.cause is cause


def test_only_screens_of_mfa_challenges_are_challenges() -> None:
    assert Outcome("sign in", value=1, screens=("login", "mfa-sms-challenge")).challenges == ("mfa-sms-challenge",)


PAGE = Path(__file__).parents[2] / "docs" / "causes.md"


def test_every_cause_is_explained() -> None:
    assert set(EXPLAINED) == set(Cause)


def test_the_page_of_causes_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `make catalogue`"


def test_every_explanation_is_made_of_sentences() -> None:
    for cause, said in EXPLAINED.items():
        assert said.means.endswith("."), cause
        assert said.do.endswith("."), cause
        assert said.look, cause


MFA = "Grant type 'http://auth0.com/oauth/grant-type/mfa-oob' not allowed for the client."
REFUSALS = [
    (Refusal(429, "too_many_requests", "Rate limit exceeded"), "inconclusive", "rate-limited"),
    (Refusal(429, "access_denied", "Global rate limit exceeded"), "inconclusive", "rate-limited"),
    (Refusal(429, "too_many_sms", "x"), "inconclusive", "limit-reached"),
    (Refusal(429, "too_many_sms_per_tenant", "x"), "inconclusive", "limit-reached"),
    (Refusal(429, "too_many_attempts", "x"), "inconclusive", "limit-reached"),
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
    ("limit_phone", {"reset_time": "2031-05-06T07:08:09Z"}, "inconclusive", "limit-reached"),
    ("gd_otp_rate_limit_exceed", {}, "inconclusive", "limit-reached"),
    ("gd_send_sms_failure", {"failure_details": {"errorCode": "too_many_sms"}}, "inconclusive", "limit-reached"),
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
def test_the_cause_of_a_refusal_follows_from_its_error(refusal: Refusal, verdict: str, cause: str) -> None:
    found = cause_of_refusal(refusal)
    assert found == cause
    assert EXPLAINED[Cause(cause)].verdict == verdict


@pytest.mark.parametrize(("type_", "details", "verdict", "cause"), EVENTS, ids=str)
def test_the_cause_of_a_log_event_follows_from_its_type(
    type_: str, details: dict[str, Any], verdict: str, cause: str
) -> None:
    found = finding_of_event(LogEvent(type_, 0.0, "what happened", details))
    assert found is not None
    assert found[:2] == (verdict, cause)
    assert type_ in found[2]


@pytest.mark.parametrize("refusal", [Refusal(403, "invalid_grant", "x"), Refusal(403, "unauthorized_client", "x")])
def test_other_refusals_have_no_cause(refusal: Refusal) -> None:
    assert cause_of_refusal(refusal) is None


def test_the_phone_providers_text_is_not_repeated() -> None:
    provider = {"code": 21408, "body": "123456 to +15550001"}
    event = LogEvent("gd_send_sms_failure", 0.0, "x", {"provider_error": provider})
    found = finding_of_event(event)
    assert found is not None
    assert "123456" not in found[2]
    assert "1555" not in found[2]


FIRST, SECOND = RecoveryCode(Secret("a", "recovery code")), RecoveryCode(Secret("b", "recovery code"))
REFUSED: Outcome[RecoveryCode] = Outcome("enroll the phone", refusal=Refusal(403, "access_denied", "No."))


def test_held_things_are_found_by_their_type() -> None:
    held = Held("Ava")
    held.keep(FIRST)
    held.keep(MfaToken(Secret("c", "mfa_token")))
    held.keep(SECOND)
    assert (held.latest(RecoveryCode), held.earlier(RecoveryCode)) == (SECOND, FIRST)
    held.forget(RecoveryCode)
    assert not held.has(RecoveryCode) and held.has(MfaToken)


def test_a_thing_that_was_never_held_is_a_mistake_of_the_scenario() -> None:
    held = Held("Ava")
    with pytest.raises(MissingPrecondition, match="Ava has no recovery code: no step before"):
        held.latest(RecoveryCode)
    held.keep(FIRST)
    with pytest.raises(MissingPrecondition, match="Ava has no earlier recovery code"):
        held.earlier(RecoveryCode)


def test_a_thing_that_a_refused_action_would_have_given_is_that_refusal() -> None:
    held = Held("Ava")
    assert held.take(REFUSED) is REFUSED
    with pytest.raises(TenantFault, match="refused to enroll the phone: access_denied"):
        held.latest(RecoveryCode)
    held.take(Outcome(REFUSED.action, FIRST))
    assert held.latest(RecoveryCode) is FIRST
    assert held.missed is None


def test_the_mfa_token_of_a_refusal_is_held() -> None:
    held = Held("Ava")
    token = Secret("opaque", "mfa_token")
    refused: Outcome[RecoveryCode] = Outcome("sign in", refusal=Refusal(403, "mfa_required", "MFA.", token))
    held.take(refused)
    assert held.latest(MfaToken).secret == token


def test_an_outcome_can_become_that_of_a_larger_action() -> None:
    passed: Outcome[int] = REFUSED.passed_on("sign in")
    assert (passed.action, passed.refusal, passed.value) == ("sign in", REFUSED.refusal, None)
    assert Outcome("go through the pages", "callback", screens=("login",)).passed_on("sign in", 1) == Outcome(
        "sign in", 1, screens=("login",)
    )
