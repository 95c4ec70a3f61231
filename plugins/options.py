"""The suite's own options."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mfa_verification.core.verdict import Terms
from mfa_verification.settings.profile import Profile


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say which tenant is verified, and where the reports go."""
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
        help="how people sign in; http only where a scenario is not about the @browser (%(default)s)",
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


def watched(config: pytest.Config, profile: Profile) -> Profile:
    """Return the profile with what was said about looking on."""
    return replace(profile, headed=config.option.headed, slow_mo=float(config.option.slowmo))


def terms_of(config: pytest.Config) -> Terms:
    """Return what the run is held to; raises for what would hide a failure."""
    if config.getoption("reruns"):
        raise pytest.UsageError("--reruns is refused: a scenario that fails and then passes has failed")
    option = config.option
    return Terms(option.gate, option.inconclusive, option.not_applicable)
