"""Collect which requirement detected which fault, and write docs/detection.md if every fault was run."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from tests.faults.detection import SEEN, Detection, write_if_complete


@pytest.fixture
def detected(request: pytest.FixtureRequest) -> object:
    """Return a function that adds a detection to the test's report."""
    return lambda detection: request.node.user_properties.append(("detection", astuple(detection)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the detections, which also come from workers in this way."""
    for name, value in report.user_properties:
        if name == "detection" and report.when == "call" and report.passed:
            SEEN.append(Detection(*value))  # type: ignore[misc]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the page in the controlling process."""
    if not hasattr(session.config, "workerinput"):
        write_if_complete()
