"""Records the verdict of each step and scenario."""

from __future__ import annotations

import json
import time
from collections.abc import Generator

import pytest

from fixtures.context import scenario_of
from mfa_verification.core.outcome import classify
from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.reports.record import ScenarioRecord, StepRecord
from plugins.private_api import Step

MARKS = {Verdict.CONFORMS: "✓", Verdict.NONCONFORMING: "✗", Verdict.SUITE_ERROR: "✗", Verdict.NOT_RUN: " "}


class Progress:
    """The current step of a running scenario."""

    def __init__(self, record: ScenarioRecord) -> None:
        """Start before the first step."""
        self.record = record
        self.number = -1
        self.judging = False
        """Whether the body of a Given or Then runs: only there is a failed assertion about the tenant."""
        self._began = 0.0

    @property
    def step(self) -> StepRecord:
        """Return the current or last step."""
        return self.record.steps[self.number]

    def begin(self) -> None:
        """Go to the next step."""
        self.number += 1
        self._began = time.monotonic()

    def end(self, verdict: Verdict) -> None:
        """Set the step's verdict."""
        self.judging = False
        self.step.verdict = verdict
        self.step.seconds = round(time.monotonic() - self._began, 3)


PROGRESS = pytest.StashKey[Progress]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Start a scenario."""
    if (scenario := scenario_of(item)) is not None:
        item.stash[PROGRESS] = Progress(scenario.record)


def pytest_bdd_before_step(request: pytest.FixtureRequest) -> None:
    """Start a step, before its fixtures."""
    request.node.stash[PROGRESS].begin()


def pytest_bdd_before_step_call(request: pytest.FixtureRequest, step: Step) -> None:
    """Start the body of a step, after its fixtures."""
    request.node.stash[PROGRESS].judging = step.type in ("given", "then")


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """Record a step that held."""
    request.node.stash[PROGRESS].end(Verdict.CONFORMS)


def pytest_bdd_step_error(request: pytest.FixtureRequest, exception: Exception) -> None:
    """Record a step that failed; the scenario's verdict follows from it."""
    progress = request.node.stash[PROGRESS]
    verdict, cause, message = classify(exception, progress.judging)
    if (scenario := scenario_of(request.node)) is not None and scenario.diagnosis is not None:
        verdict, cause, message = scenario.diagnosis.of(exception, (verdict, cause, message))
    progress.end(verdict)
    progress.record.conclude(verdict, cause, message)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest) -> None:
    """Record a step without a definition, which the check before the run missed."""
    progress = request.node.stash[PROGRESS]
    progress.begin()
    progress.end(Verdict.SUITE_ERROR)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Translate the verdict for pytest, and attach the record to the scenario's last report."""
    report = yield
    scenario = scenario_of(item)
    if scenario is None:
        return report
    record = scenario.record
    record.seconds = round(record.seconds + report.duration, 3)
    if call.excinfo is not None:
        record.conclude(*classify(call.excinfo.value, judging=False))
        _reword(report, record)
    elif report.when == "call":
        record.conclude(Verdict.CONFORMS, None, None)
    if report.when == "teardown":
        report.user_properties.append(("scenario", json.loads(json.dumps(record.as_json()))))
    return report


def _reword(report: pytest.TestReport, record: ScenarioRecord) -> None:
    """Replace the report's text by the message; only errors of the suite keep a traceback."""
    if report.when == "teardown":
        return
    reason = f"{record.verdict}, {record.cause}{' ' if record.cause is Cause.BLOCKED_BY else ': '}{record.message}"
    if record.verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.NOT_RUN):
        report.outcome = "skipped"
        report.longrepr = (record.feature, 0, reason)
    elif record.verdict is Verdict.NONCONFORMING:
        lines = [f"  {MARKS.get(step.verdict, '?')} {step.keyword} {step.text}" for step in record.steps]
        report.longrepr = "\n".join([record.name, *lines, reason])
