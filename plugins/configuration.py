"""The tenant's half: which requirement a wrong setting belongs to, and whom it is in the way of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fixtures.context import run_of, scenario_of
from mfa_verification.configuration.readings import Reading, Readings
from mfa_verification.verdict.record import ReadingRecord
from plugins.catalogue import Requirement
from plugins.collect_features import REQUIREMENTS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note on each scenario what is in its way."""
    run = run_of(config)
    if run is None:
        return
    requirements = config.stash[REQUIREMENTS]
    applications = [application.name for application in run.profile.applications]
    for item in items:
        if (scenario := scenario_of(item)) is not None:
            record = scenario.record
            named = [name for name in applications if any(name in step.text for step in record.steps)]
            granted = {name for id_ in record.requirements for name in requirements[id_].depends_on}
            if reading := run.readings.in_the_way_of(granted, named):
                scenario.blocked_by = f"{requirement_of(reading, requirements)}: {reading.problem}"


def records_of(readings: Readings, requirements: Mapping[str, Requirement]) -> list[ReadingRecord]:
    """Return the readings as a run's record holds them."""
    return [_record_of(one, requirements) for one in readings.all]


def _record_of(reading: Reading, requirements: Mapping[str, Requirement]) -> ReadingRecord:
    id_ = requirement_of(reading, requirements)
    is_must = id_ not in requirements or requirements[id_].priority == "must"
    return ReadingRecord(id_, reading.setting, reading.application, reading.problem, reading.is_red, is_must)


def requirement_of(reading: Reading, requirements: Mapping[str, Requirement]) -> str:
    """Return the id of the requirement that a setting belongs to."""
    return next((one.id for one in requirements.values() if reading.setting in one.settings), reading.setting)
