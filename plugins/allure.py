"""Allure's results, written from the record of each scenario: allure-pytest does the plumbing, this says what is told.

Every scenario is there, skipped and lost ones too; lines of Gherkin are steps; nothing is captured that a step did not
say. Results of workers go to one folder, which the controlling process empties before they start.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from fixtures.context import scenario_of
from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.record import RunRecord, ScenarioRecord, StepRecord
from plugins.private_api import (
    AllureWriter,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
    replace_allure_writer,
)

FOLDER = "allure-results"
WRITER = pytest.StashKey["Writer"]()
_STATUS = {
    Verdict.CONFORMS: Status.PASSED,
    Verdict.NONCONFORMING: Status.FAILED,
    Verdict.SUITE_ERROR: Status.BROKEN,
}
_SEVERITY = {"must": "critical", "should": "normal", "may": "minor"}
CATEGORIES = [
    {"name": "The tenant does not conform", "matchedStatuses": ["failed"]},
    {
        "name": "Inconclusive: nothing was learnt",
        "matchedStatuses": ["skipped", "broken"],
        "messageRegex": "(?s)INCONCLUSIVE.*",
    },
    {"name": "Not run: a setting is wrong already", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-RUN.*"},
    {"name": "Does not apply to this tenant", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-APPLICABLE.*"},
    {"name": "The suite itself broke", "matchedStatuses": ["broken"]},
]
"""As `categories.json` has them; the newer Allure takes the same from its configuration."""


def claim(config: pytest.Config, reports: Path) -> None:
    """Let allure-pytest write below the reports, unless it was told where; old results go before any worker starts."""
    chosen = config.getoption("allure_report_dir", None)
    results = config.invocation_params.dir / chosen if chosen else reports / FOLDER
    write_into(config, str(results))
    for file in (*results.glob("*-result.json"), *results.glob("*-container.json"), *results.glob("*-attachment.*")):
        file.unlink()


def write_into(config: pytest.Config, results: str) -> None:
    """Have this process write there: workers are not told of options that were set after the command line."""
    config.option.allure_report_dir = results
    # A worker that replaces a crashed one would clean again, and what was captured may hold anything.
    config.option.clean_alluredir = False
    config.option.attach_capture = False


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the place of allure-pytest's own writer of files."""
    writer = replace_allure_writer(config, lambda: Writer(config.option.allure_report_dir))
    if writer is not None:
        config.stash[WRITER] = writer


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hand the record over when a scenario has ended: its result is written right after."""
    report = yield
    scenario, writer = scenario_of(item), item.config.stash.get(WRITER, None)
    if call.when == "teardown" and scenario is not None and writer is not None:
        writer.record = scenario.record
    return report


class Writer(AllureWriter):
    """Writes results made from records, as soon as their scenarios have ended."""

    record: ScenarioRecord | None = None

    def result_of(self, written: Any) -> Any:
        """Return the result of the record that was handed over."""
        record, self.record = self.record, None
        return result_of(record, written) if record is not None else None


def complete(results: Path, run: RunRecord) -> None:
    """Add what no worker could write: scenarios that were lost or did not run. And what stands beside the results."""
    results.mkdir(parents=True, exist_ok=True)
    written = {json.loads(file.read_text()).get("historyId") for file in results.glob("*-result.json")}
    writer = Writer(str(results))
    for record in run.scenarios:
        if _history_id(record) not in written:
            writer.record = record
            writer.report_result(None)
    _write_settings(results, run)


def _write_settings(results: Path, run: RunRecord) -> None:
    """Write `categories.json`, `environment.properties` and the configuration for `make allure`."""
    (results / "categories.json").write_text(json.dumps(CATEGORIES, indent=2))
    environment = {
        "tenant": run.domain or "",
        "local tenant": "yes: says nothing about a real one" if run.is_local else "no",
        "verdict": run.verdict,
        "begun": run.started_at,
    }
    lines = [f"{name.replace(' ', '_')}={value}" for name, value in environment.items()]
    (results / "environment.properties").write_text("\n".join(lines) + "\n")
    configuration = {
        "name": f"MFA enrollment at {run.domain}",
        "categories": [
            {
                "name": one["name"],
                "matchers": {
                    "statuses": one["matchedStatuses"],
                    **({"message": str(one["messageRegex"])} if "messageRegex" in one else {}),
                },
            }
            for one in CATEGORIES
        ],
        "plugins": {"awesome": {"options": {"singleFile": True, "groupBy": ["epic", "feature", "story"]}}},
    }
    (results.parent / "allurerc.json").write_text(json.dumps(configuration, indent=2))


def result_of(record: ScenarioRecord, written: Any = None) -> Any:
    """Return Allure's result of a scenario; of what allure-pytest wrote, times and attachments stay."""
    stop = written.stop if written is not None and written.stop else int(time.time() * 1000)
    start = written.start if written is not None and written.start else stop - int(record.seconds * 1000)
    area = record.id.split("/")[1] if record.id.count("/") > 1 else record.feature
    labels = [
        ("epic", area),
        ("feature", record.feature),
        ("story", ", ".join(record.requirements)),
        ("severity", _SEVERITY.get(record.priority, "normal")),
        ("verdict", record.verdict),
        *[("tag", requirement) for requirement in record.requirements],
        *([("cause", record.cause)] if record.cause else []),
    ]
    history = _history_id(record)
    return TestResult(
        uuid=str(uuid.uuid4()),
        historyId=history,
        testCaseId=history,
        fullName=record.id.replace("::", "#"),
        name=record.name + (f" ({record.which})" if record.which else ""),
        status=_STATUS.get(record.verdict, Status.SKIPPED),
        statusDetails=_details(record),
        steps=_steps(record, start),
        attachments=list(written.attachments) if written is not None else [],
        parameters=[_parameter(name, value) for name, value in (record.row or {}).items()],
        labels=[Label(name=name, value=str(value)) for name, value in labels],
        start=start,
        stop=stop,
        stage="finished",
    )


def _details(record: ScenarioRecord) -> Any:
    if record.verdict is Verdict.CONFORMS:
        return None
    return StatusDetails(message=f"{record.verdict.upper()} {record.cause}: {record.message or ''}")


def _steps(record: ScenarioRecord, start: int) -> list[Any]:
    steps, at = [], start
    for step in record.steps:
        steps.append(_step(step, at))
        at += int(step.seconds * 1000)
    return steps


def _step(step: StepRecord, start: int) -> Any:
    return TestStepResult(
        name=f"{step.keyword} {step.text}",
        status=_STATUS.get(step.verdict, Status.SKIPPED),
        parameters=[_parameter(f"row {number}", " | ".join(cells)) for number, cells in enumerate(step.table or [], 1)],
        start=start,
        stop=start + int(step.seconds * 1000),
        stage="finished",
    )


def _parameter(name: str, value: str) -> Any:
    return Parameter(name=name, value=value)


def _history_id(record: ScenarioRecord) -> str:
    """The same from run to run: it tells Allure what a scenario came to before."""
    return hashlib.md5(record.id.encode(), usedforsecurity=False).hexdigest()
