"""Every selected row has one end, and what was decided is compared with all that there is."""

from __future__ import annotations

from collections import Counter

from mfa_verification.core.cause import Cause
from mfa_verification.core.verdict import DECIDED, Verdict
from mfa_verification.verdict.record import RequirementRecord, RunRecord, ScenarioRecord
from plugins.catalogue import Requirement, Row


def take_census(record: RunRecord, selected: list[ScenarioRecord], *, stopped: bool) -> None:
    """What is missing stays in the record, and what came twice is said; `stopped` says that not all were to come."""
    ended = Counter(scenario.id for scenario in record.scenarios)
    for one in selected:
        if ended[one.id] == 0:
            if stopped:
                one.conclude(Verdict.NOT_RUN, Cause.INTERRUPTED, None)
            else:
                one.conclude(Verdict.SUITE_ERROR, Cause.LOST, "it was selected, and its end never came")
            record.scenarios.append(one)
    for scenario in record.scenarios:
        if ended[scenario.id] > 1:
            scenario.conclude(Verdict.SUITE_ERROR, Cause.SUITE_ERROR, f"it ended {ended[scenario.id]} times")


def count(record: RunRecord, rows: list[Row], requirements: dict[str, Requirement]) -> None:
    """Say of each requirement whether all its rows were decided, and which `@must` are not settled."""
    known = Counter(id_ for row in rows for id_ in row.requirements)
    ran = [scenario for scenario in record.scenarios if scenario.verdict is not Verdict.NOT_RUN]
    shown = [scenario for scenario in record.scenarios if scenario.cause is not Cause.INTERRUPTED]
    selected = _requirements_of(shown)
    decided = _requirements_of([scenario for scenario in ran if scenario.verdict in DECIDED])
    settled = decided + _requirements_of([one for one in ran if one.verdict is Verdict.NOT_APPLICABLE])
    record.undecided = sorted(
        id_ for id_, rows_of_it in known.items() if requirements[id_].priority == "must" and settled[id_] < rows_of_it
    )
    record.requirements_known = len(known)
    record.requirements_decided = sum(decided[id_] == rows_of_it for id_, rows_of_it in known.items())
    record.requirements = [
        RequirementRecord(id_, requirements[id_].title, requirements[id_].priority) for id_ in sorted(selected)
    ]
    record.complete = len(ran) == len(rows)


def _requirements_of(scenarios: list[ScenarioRecord]) -> Counter[str]:
    return Counter(id_ for scenario in scenarios for id_ in scenario.requirements)
