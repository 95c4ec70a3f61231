"""What scenarios and runs come to, and the closed list of causes."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from mfa_verification.core.verdict import EXIT_CODES, Cause, Verdict, of_run
from mfa_verification.reports.record import EXPLAINED, Observation, RunRecord, ScenarioRecord, StepRecord, page

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
def test_a_run_amounts_to_the_gravest(scenarios: list[str], expected: str) -> None:
    for order in itertools.permutations(scenarios):
        assert of_run([Verdict(verdict) for verdict in order]) == expected


@given(st.lists(st.sampled_from(OF_SCENARIOS)))
def test_only_a_run_in_which_something_was_decided_and_nothing_is_open_exits_with_0(scenarios: list[Verdict]) -> None:
    is_green = EXIT_CODES[of_run(scenarios)] == 0
    assert is_green == (Verdict.CONFORMS in scenarios and set(scenarios) <= {Verdict.CONFORMS, Verdict.NOT_APPLICABLE})


def test_every_end_of_a_run_has_its_own_exit_code() -> None:
    assert sorted(EXIT_CODES.values()) == [0, 1, 2, 3, 4, 5, 75]


@pytest.mark.parametrize(
    ("error", "judging", "verdict"),
    [
        (AssertionError("x"), True, Verdict.NONCONFORMING),
        (AssertionError("x"), False, Verdict.SUITE_ERROR),
        (TenantFault(Cause.MALFORMED_ANSWER, "x"), False, Verdict.NONCONFORMING),
        (Inconclusive(Cause.RATE_LIMITED, "x"), True, Verdict.INCONCLUSIVE),
        (NotApplicable("x"), False, Verdict.NOT_APPLICABLE),
        (UserNotRemoved("x"), False, Verdict.SUITE_ERROR),
        (KeyError("x"), True, Verdict.SUITE_ERROR),
        (KeyboardInterrupt(), True, Verdict.NOT_RUN),
    ],
)
def test_only_what_speaks_of_the_tenant_is_nonconforming(error: BaseException, judging: bool, verdict: Verdict) -> None:
    assert classify(error, judging)[0] is verdict


def test_a_message_is_one_line() -> None:
    assert classify(AssertionError("first\nsecond"), judging=True)[2] == "first"


def record(verdict: Verdict = Verdict.NOT_RUN) -> ScenarioRecord:
    return ScenarioRecord("id", "name", "feature", None, {"a": "b"}, ["MFA-ENR-001"], "must", verdict)


def test_the_first_verdict_that_is_not_green_stays() -> None:
    scenario = record()
    scenario.conclude(Verdict.CONFORMS, None, None)
    scenario.conclude(Verdict.NONCONFORMING, Cause.EXPECTATION_NOT_MET, "first")
    scenario.conclude(Verdict.SUITE_ERROR, Cause.PERSON_NOT_REMOVED, "second")
    assert (scenario.verdict, scenario.message) == (Verdict.NONCONFORMING, "first")


def test_a_person_left_behind_spoils_a_green_scenario() -> None:
    scenario = record(Verdict.CONFORMS)
    scenario.conclude(Verdict.SUITE_ERROR, Cause.PERSON_NOT_REMOVED, "left behind")
    assert scenario.verdict is Verdict.SUITE_ERROR


def test_a_record_comes_back_from_a_worker_as_it_was() -> None:
    scenario = record(Verdict.INCONCLUSIVE)
    scenario.cause = Cause.RATE_LIMITED
    scenario.steps = [StepRecord("Given", "a step", Verdict.CONFORMS, 0.5, [["a"]])]
    scenario.observations = [Observation("id", "text")]
    assert ScenarioRecord.from_json(scenario.as_json()) == scenario


def test_a_run_is_interrupted_until_it_says_otherwise() -> None:
    run = RunRecord()
    assert run.as_json()["verdict"] == "interrupted"
    assert run.as_json()["exit_code"] == 2
    run.scenarios.append(record(Verdict.CONFORMS))
    run.finish()
    assert (run.verdict, run.exit_code, run.decided) == (Verdict.CONFORMS, 0, 1)


def test_an_outcome_is_an_answer_or_a_fault_for_those_who_need_one() -> None:
    assert Outcome("sign in", value=3).answer() == 3
    refused: Outcome[int] = Outcome("sign in", refusal=Refusal(403, "invalid_grant", "No."))
    stopped: Outcome[int] = Outcome("sign in", obstacle=Obstacle("login", "it wants more"))
    for outcome, cause in ((refused, Cause.UNEXPECTED_REFUSAL), (stopped, Cause.UNEXPECTED_OBSTACLE)):
        with pytest.raises(TenantFault) as fault:
            outcome.answer()
        assert fault.value.cause is cause


def test_only_screens_that_ask_for_a_second_factor_are_challenges() -> None:
    assert Outcome("sign in", value=1, screens=("login", "mfa-sms-challenge")).challenges == ("mfa-sms-challenge",)


PAGE = Path(__file__).parents[2] / "docs" / "causes.md"


def test_every_cause_is_explained() -> None:
    assert set(EXPLAINED) == set(Cause)


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "make catalogue renews it"


def test_every_sentence_ends() -> None:
    for cause, said in EXPLAINED.items():
        assert said.means.endswith("."), cause
        assert said.do.endswith("."), cause
        assert said.look, cause
