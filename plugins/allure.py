"""Writes Allure results from the scenarios' records, in place of those of allure-pytest.

All scenarios are included, also skipped and lost ones; steps are lines of Gherkin, and no output is captured. The
results of all workers go into one folder, which the controlling process empties before.
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
        "name": "Inconclusive: nothing was learned",
        "matchedStatuses": ["skipped", "broken"],
        "messageRegex": "(?s)INCONCLUSIVE.*",
    },
    {"name": "Not run: a setting is wrong", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-RUN.*"},
    {"name": "Does not apply to this tenant", "matchedStatuses": ["skipped"], "messageRegex": "(?s)NOT-APPLICABLE.*"},
    {"name": "Suite error", "matchedStatuses": ["broken"]},
]
"""Contents of `categories.json`; Allure 3 reads the same from its configuration."""


def claim(config: pytest.Config, reports: Path) -> None:
    """Make allure-pytest write below the reports unless a folder was given; remove old results."""
    chosen = config.getoption("allure_report_dir", None)
    results = config.invocation_params.dir / chosen if chosen else reports / FOLDER
    write_into(config, str(results))
    for file in (*results.glob("*-result.json"), *results.glob("*-container.json"), *results.glob("*-attachment.*")):
        file.unlink()


def write_into(config: pytest.Config, results: str) -> None:
    """Set the results folder in this process: workers do not get options that were set later."""
    config.option.allure_report_dir = results
    # A worker that replaces a crashed one must not clean, and captured output may contain secrets.
    config.option.clean_alluredir = False
    config.option.attach_capture = False


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Replace allure-pytest's file writer."""
    writer = replace_allure_writer(config, lambda: Writer(config.option.allure_report_dir))
    if writer is not None:
        config.stash[WRITER] = writer


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Pass the record of a finished scenario to the writer."""
    report = yield
    scenario, writer = scenario_of(item), item.config.stash.get(WRITER, None)
    if call.when == "teardown" and scenario is not None and writer is not None:
        writer.record = scenario.record
    return report


class Writer(AllureWriter):
    """Writes results made from records."""

    record: ScenarioRecord | None = None

    def result_of(self, written: Any) -> Any:
        """Return the result for the passed record."""
        record, self.record = self.record, None
        return result_of(record, written) if record is not None else None


def complete(results: Path, run: RunRecord) -> None:
    """Add results of scenarios that were lost or did not run, and the files beside the results."""
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
        "started": run.started_at,
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
    """Return the Allure result of a scenario; times and attachments are those of allure-pytest."""
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
    """Return an id that stays the same from run to run, for Allure's history."""
    return hashlib.md5(record.id.encode(), usedforsecurity=False).hexdigest()
