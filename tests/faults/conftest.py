"""Collects what each fault turned red; a whole matrix renews docs/detection.md."""

from __future__ import annotations

import pytest

from tests.faults.detection import SEEN, Detection, write_when_whole


@pytest.fixture
def saw(request: pytest.FixtureRequest) -> object:
    """Note what a fault turned red, for the page."""
    return lambda detection: request.node.user_properties.append(("detection", detection.as_row()))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take the note from the report, whichever worker ran the test."""
    for name, value in report.user_properties:
        if name == "detection" and report.when == "call" and report.passed:
            SEEN.append(Detection.from_row(value))  # type: ignore[arg-type]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the page where every fault of the table was seen."""
    if not hasattr(session.config, "workerinput"):
        write_when_whole()
