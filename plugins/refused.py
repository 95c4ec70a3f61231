"""What is refused before a run begins: a word that pytest does not know must not leave yesterday's green."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.publish import publish
from mfa_verification.verdict.record import RunRecord

JUDGED = pytest.StashKey[bool]()
"""Set as soon as it is clear whether this is a run of ours."""
UNKNOWN = "pytest refused what was asked of it: its own line says why"
ONLY_LOOKS = ("-h", "--help", "--version", "-V", "--markers", "--fixtures", "--co", "--collect-only")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:  # noqa: ARG001
    """Be there when pytest gives up on its arguments: it then calls none of our hooks, and only cleans up."""
    config: pytest.Config = pluginmanager.getplugin("pytestconfig")

    def note() -> None:
        arguments = config.invocation_params.args
        reports = _reports_in(arguments)
        if not config.stash.get(JUDGED, False) and _means_features(config, arguments, reports):
            refuse(config, reports, UNKNOWN)

    config.add_cleanup(note)


def refuse(config: pytest.Config, reports: Path, message: str) -> None:
    """Leave a verdict that says so; a folder that cannot be written is said by nobody twice."""
    record = RunRecord(started_at=now_in_words())
    record.stop(Verdict.USAGE, message)
    with suppress(OSError):
        publish(config.invocation_params.dir / reports, record)


def now_in_words() -> str:
    """Return the time as reports show it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _means_features(config: pytest.Config, arguments: Sequence[str], reports: Path) -> bool:
    """Say whether features were meant: they are what is verified where no path is given."""
    if any(argument in ONLY_LOOKS for argument in arguments):
        return False
    folder = config.rootpath / "features"
    here = config.invocation_params.dir
    paths = [(here / argument.partition("::")[0]).resolve() for argument in arguments if not argument.startswith("-")]
    there = [path for path in paths if path.exists() and path != (here / reports).resolve()]
    return not there or any(path == folder or folder in path.parents for path in there)


def _reports_in(arguments: Sequence[str]) -> Path:
    """Return the folder that was named, as pytest would have."""
    for number, argument in enumerate(arguments):
        if argument.startswith("--reports="):
            return Path(argument.partition("=")[2])
        if argument == "--reports" and number + 1 < len(arguments):
            return Path(arguments[number + 1])
    return Path("reports/latest")
