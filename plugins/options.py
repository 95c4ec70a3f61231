"""The suite's options; and a verdict "usage" where pytest refuses its arguments, so that no former report remains."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mfa_verification.core.verdict import Terms, Verdict
from mfa_verification.reports.publish import publish
from mfa_verification.reports.record import RunRecord
from mfa_verification.settings.profile import Profile


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options that select tenant and reports."""
    _note_refusals(pluginmanager.getplugin("pytestconfig"))
    group = parser.getgroup("mfa", "MFA verification")
    group.addoption("--tenant", metavar="NAME", help="verify the tenant of .env.NAME; 'local': the local tenant")
    group.addoption("--env-file", metavar="PATH", type=Path, help="verify the tenant of this env file")
    group.addoption(
        "--preflight", action="store_true", help="only run the preflight: check prerequisites and tenant settings"
    )
    group.addoption(
        "--wait-for-lock",
        metavar="SECONDS",
        type=float,
        default=150.0,
        help="how long to wait for another run on the same tenant (%(default)s)",
    )
    group.addoption(
        "--allow-tenant-changes",
        action="store_true",
        help="let scenarios change settings of the named tenant, and restore them",
    )
    group.addoption(
        "--gate", action="store_true", help="require a verdict for every applicable requirement with priority must"
    )
    group.addoption(
        "--inconclusive",
        choices=("fail", "warn"),
        default="fail",
        help="undecided scenarios make the exit code 75 (fail, the default), or are only reported (warn)",
    )
    group.addoption(
        "--not-applicable",
        choices=("ok", "fail"),
        default="ok",
        help="scenarios that are not applicable are fine (ok, the default), or count as undecided (fail)",
    )
    group.addoption(
        "--reports",
        metavar="DIR",
        type=Path,
        default=Path("reports/latest"),
        help="write reports into this folder (%(default)s)",
    )
    group.addoption(
        "--sign-in",
        choices=("browser", "http"),
        default="browser",
        help="how users sign in; http does not affect scenarios tagged @browser (%(default)s)",
    )
    # Another plugin's options of these names mean the same.
    with suppress(ValueError):
        group.addoption("--headed", action="store_true", help="show the browser")
    with suppress(ValueError):
        group.addoption(
            "--slowmo", metavar="MS", type=int, default=0, help="milliseconds before each action of the browser"
        )
    # Known here to be refused with a message; the plugin may have added it.
    with suppress(ValueError):
        group.addoption("--reruns", help=argparse.SUPPRESS)


def with_watch_options(config: pytest.Config, profile: Profile) -> Profile:
    """Return the profile with the options for watching the browser."""
    return replace(profile, headed=config.option.headed, slow_mo=float(config.option.slowmo))


def terms_of(config: pytest.Config) -> Terms:
    """Return the options for the run's verdict. Raises UsageError for --reruns."""
    if config.getoption("reruns"):
        raise pytest.UsageError("--reruns is refused: a scenario that fails and then passes has failed")
    option = config.option
    return Terms(option.gate, option.inconclusive, option.not_applicable)


JUDGED = pytest.StashKey[bool]()
"""Set as soon as it is known whether features are verified."""
UNKNOWN = "pytest refused its arguments: see its error message"
ONLY_LOOKS = ("-h", "--help", "--version", "-V", "--markers", "--fixtures", "--co", "--collect-only")


def _note_refusals(config: pytest.Config) -> None:
    """Leave a verdict where pytest refuses its arguments: then it calls only clean-up functions."""

    def note() -> None:
        arguments = config.invocation_params.args
        reports = _reports_in(arguments)
        if not config.stash.get(JUDGED, False) and _means_features(config, arguments, reports):
            refuse(config, reports, UNKNOWN)

    config.add_cleanup(note)


def refuse(config: pytest.Config, reports: Path, message: str) -> None:
    """Publish the verdict "usage"; an unwritable folder is reported elsewhere."""
    record = RunRecord(started_at=now_in_words())
    record.stop(Verdict.USAGE, message)
    with suppress(OSError):
        publish(config.invocation_params.dir / reports, record)


def now_in_words() -> str:
    """Return the current time as reports show it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _means_features(config: pytest.Config, arguments: Sequence[str], reports: Path) -> bool:
    """Return whether features were meant; they are the default without a path."""
    if any(argument in ONLY_LOOKS for argument in arguments):
        return False
    folder = config.rootpath / "features"
    here = config.invocation_params.dir
    paths = [(here / argument.partition("::")[0]).resolve() for argument in arguments if not argument.startswith("-")]
    there = [path for path in paths if path.exists() and path != (here / reports).resolve()]
    return not there or any(path == folder or folder in path.parents for path in there)


def _reports_in(arguments: Sequence[str]) -> Path:
    """Return the reports folder in the arguments."""
    for number, argument in enumerate(arguments):
        if argument.startswith("--reports="):
            return Path(argument.partition("=")[2])
        if argument == "--reports" and number + 1 < len(arguments):
            return Path(arguments[number + 1])
    return Path("reports/latest")
