"""Decides which selected scenarios run: wrong settings block some, and the SMS budget limits all."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fixtures.context import RunContext, run_of, scenario_of
from mfa_verification.configuration.setting_checks import SettingCheck, SettingChecks
from mfa_verification.guard.permission import check_budget, sms_costs_money
from mfa_verification.guard.preflight import ALLOW_LIST
from mfa_verification.reports.record import SettingRecord
from mfa_verification.settings.profile import ProfileError
from plugins.catalogue import REAL_SMS, Requirement
from plugins.collect_features import PROBLEMS, catalogue_of

_CHECKED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the SMS budget."""
    parser.getgroup("mfa").addoption(
        "--sms-budget",
        metavar="N",
        type=_sms_count,
        help="do not start if more SMS messages than that may be sent",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which scenarios are blocked by a wrong setting.

    Where messages cost money and nothing was selected, run the scenarios that send none and those tagged @real-sms.
    """
    if (run := run_of(config)) is None:
        return
    _note_what_blocks(run, catalogue_of(config).requirements, items)
    if not sms_costs_money(run.profile) or config.option.keyword or config.option.markexpr:
        return
    kept = [item for item in items if item.get_closest_marker(REAL_SMS) or not _cost_of(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _note_what_blocks(run: RunContext, requirements: Mapping[str, Requirement], items: Iterable[pytest.Item]) -> None:
    applications = [application.name for application in run.profile.applications]
    for item in items:
        if (scenario := scenario_of(item)) is not None:
            record = scenario.record
            named = [name for name in applications if any(name in step.text for step in record.steps)]
            granted = {name for id_ in record.requirements for name in requirements[id_].depends_on}
            if check := run.setting_checks.first_blocking(granted, named):
                scenario.blocked_by = f"{requirement_of(check, requirements)}: {check.problem}"


def records_of(setting_checks: SettingChecks, requirements: Mapping[str, Requirement]) -> list[SettingRecord]:
    """Return the setting checks for the run's record."""
    return [_record_of(one, requirements) for one in setting_checks.all]


def _record_of(check: SettingCheck, requirements: Mapping[str, Requirement]) -> SettingRecord:
    id_ = requirement_of(check, requirements)
    is_must = id_ not in requirements or requirements[id_].priority == "must"
    return SettingRecord(id_, check.setting, check.application, check.problem, check.is_red, is_must)


def requirement_of(check: SettingCheck, requirements: Mapping[str, Requirement]) -> str:
    """Return the id of the requirement that verifies a setting."""
    return next((one.id for one in requirements.values() if check.setting in one.settings), check.setting)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Report the estimated SMS messages; stop where they exceed the budget."""
    if not hasattr(session.config, "workerinput") and session.items:
        _check(session.config, sum(_cost_of(item, session.config) for item in session.items))


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """The same with workers, once, before any scenario starts."""
    config = node.config
    if not config.stash.get(_CHECKED, False):
        config.stash[_CHECKED] = True
        rows = catalogue_of(config).by_id(config.rootpath)
        _check(config, sum(_sms_messages_of(rows[id_].requirements, config) for id_ in ids if id_ in rows))


def _cost_of(item: pytest.Item, config: pytest.Config) -> int:
    scenario = scenario_of(item)
    return _sms_messages_of(scenario.record.requirements, config) if scenario else 0


def _sms_messages_of(requirements: Iterable[str], config: pytest.Config) -> int:
    """Return the highest number among the row's requirements, which it verifies together."""
    return max(catalogue_of(config).requirements[id_].sms_messages for id_ in requirements)


def _check(config: pytest.Config, estimate: int) -> None:
    if (run := run_of(config)) is None:
        return
    try:
        said = check_budget(estimate, run.profile, Path(config.rootpath) / ALLOW_LIST, config.option.sms_budget)
    except ProfileError as over:
        config.stash[PROBLEMS].append(str(over))
        raise pytest.UsageError(str(over)) from None
    config.get_terminal_writer().line(said)


def _sms_count(given: str) -> int:
    if not given.isascii() or not given.isdecimal():
        raise argparse.ArgumentTypeError(f"{given} is not a number of SMS messages: give one from 0")
    return int(given)
