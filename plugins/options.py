"""The suite's own options, and what is refused before a run begins: a wrong word must not leave yesterday's green."""

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
    """Add the options that say which tenant is verified, and where the reports go."""
    _note_refusals(pluginmanager.getplugin("pytestconfig"))
    group = parser.getgroup("mfa", "MFA verification")
    group.addoption(
        "--tenant", metavar="NAME", help="verify the tenant of .env.NAME; 'local': the one that comes along"
    )
    group.addoption("--env-file", metavar="PATH", type=Path, help="verify the tenant of this file of settings alone")
    group.addoption(
        "--preflight", action="store_true", help="only check what a run stands on, ours and the tenant's, and say so"
    )
    group.addoption(
        "--wait-for-lock",
        metavar="SECONDS",
        type=float,
        default=150.0,
        help="how long to wait for another run's end on the same tenant (%(default)s)",
    )
    group.addoption(
        "--allow-tenant-changes",
        action="store_true",
        help="let scenarios change settings of the named tenant; each is written down before and put back after",
    )
    group.addoption(
        "--gate", action="store_true", help="demand that every applicable requirement with priority must is decided"
    )
    group.addoption(
        "--inconclusive",
        choices=("fail", "warn"),
        default="fail",
        help="what was not decided makes exit code 75 (fail, the default), or is told (warn)",
    )
    group.addoption(
        "--not-applicable",
        choices=("ok", "fail"),
        default="ok",
        help="what does not apply to the tenant is fine (ok, the default), or not decided (fail)",
    )
    group.addoption(
        "--reports", metavar="DIR", type=Path, default=Path("reports/latest"), help="write reports there (%(default)s)"
    )
    group.addoption(
        "--sign-in",
        choices=("browser", "http"),
        default="browser",
        help="how users sign in; http only where a scenario is not about the @browser (%(default)s)",
    )
    # A plugin that has these options as well means the same by them.
    with suppress(ValueError):
        group.addoption("--headed", action="store_true", help="show the browser at work")
    with suppress(ValueError):
        group.addoption(
            "--slowmo", metavar="MS", type=int, default=0, help="milliseconds before each thing that the browser does"
        )
    # Known so that it can be refused in words; the plugin of that option may be there, and has it already.
    with suppress(ValueError):
        group.addoption("--reruns", help=argparse.SUPPRESS)


def with_watch_options(config: pytest.Config, profile: Profile) -> Profile:
    """Return the profile with what was said about looking on."""
    return replace(profile, headed=config.option.headed, slow_mo=float(config.option.slowmo))


def terms_of(config: pytest.Config) -> Terms:
    """Return what the run is held to; raises for what would hide a failure."""
    if config.getoption("reruns"):
        raise pytest.UsageError("--reruns is refused: a scenario that fails and then passes has failed")
    option = config.option
    return Terms(option.gate, option.inconclusive, option.not_applicable)


JUDGED = pytest.StashKey[bool]()
"""Set as soon as it is clear whether this is a run of ours."""
UNKNOWN = "pytest refused what was asked of it: its own line says why"
ONLY_LOOKS = ("-h", "--help", "--version", "-V", "--markers", "--fixtures", "--co", "--collect-only")


def _note_refusals(config: pytest.Config) -> None:
    """Be there when pytest gives up on its arguments: it then calls none of our hooks, and only cleans up."""

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
