"""Texts cost money: what a run may send is said, and held to a budget, before the first one."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fixtures.context import run_of, scenario_of
from mfa_verification.guard.allow_list import check_budget, texts_cost_money
from mfa_verification.settings.profile import ProfileError
from plugins.catalogue import REAL_SMS, rows_in
from plugins.collect_features import PROBLEMS, REQUIREMENTS, features_folder

ALLOW_LIST = "tenants.toml"
_CHECKED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says how many texts a run may cost."""
    parser.getgroup("mfa").addoption(
        "--sms-budget", metavar="N", type=_texts, help="refuse to begin where more texts than that may be sent"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where texts are paid for and nobody selected anything, run what sends none, and the few for real texts."""
    run = run_of(config)
    if run is None or not texts_cost_money(run.profile) or config.option.keyword or config.option.markexpr:
        return
    kept = [item for item in items if item.get_closest_marker(REAL_SMS) or not _cost_of(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Say what the selection may cost; over budget, nothing begins."""
    if not hasattr(session.config, "workerinput") and session.items:
        _check(session.config, sum(_cost_of(item, session.config) for item in session.items))


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """The same with workers, once, before any of them is given something to do."""
    config = node.config
    if not config.stash.get(_CHECKED, False):
        config.stash[_CHECKED] = True
        rows = {
            row.node_id(config.rootpath): row for row in rows_in(features_folder(config), config.stash[REQUIREMENTS])
        }
        _check(config, sum(_texts_of(rows[id_].requirements, config) for id_ in ids if id_ in rows))


def _cost_of(item: pytest.Item, config: pytest.Config) -> int:
    scenario = scenario_of(item)
    return _texts_of(scenario.record.requirements, config) if scenario else 0


def _texts_of(requirements: Iterable[str], config: pytest.Config) -> int:
    """One row verifies its requirements together: it costs as much as the dearest."""
    return max(config.stash[REQUIREMENTS][id_].texts for id_ in requirements)


def _check(config: pytest.Config, estimate: int) -> None:
    run = run_of(config)
    if run is None:
        return
    try:
        said = check_budget(estimate, run.profile, Path(config.rootpath) / ALLOW_LIST, config.option.sms_budget)
    except ProfileError as over:
        config.stash[PROBLEMS].append(str(over))
        raise pytest.UsageError(str(over)) from None
    config.get_terminal_writer().line(said)


def _texts(given: str) -> int:
    if not given.isascii() or not given.isdecimal():
        raise argparse.ArgumentTypeError(f"{given} is no number of texts: give one from 0")
    return int(given)
