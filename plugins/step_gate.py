"""Checks before the run that every step has exactly one definition."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import pytest

from plugins.catalogue import CatalogueError, Row
from plugins.collect_features import PROBLEMS, FeatureFile
from plugins.private_api import Scenario, Step, modules_that_define, scenario_with_values, sentences_of


def check_steps(rows: Iterable[Row]) -> None:
    """Raise `CatalogueError` with file, line and nearest sentence for the first step without a definition."""
    if problem := _first_problem(row.template.render(row.example) for row in rows):
        raise CatalogueError(problem)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop in the same way where only collection was requested; a run has checked before."""
    if hasattr(session.config, "workerinput"):
        return
    items = (item for item in session.items if isinstance(item, pytest.Function))
    scenarios = (scenario_with_values(item) for item in items if isinstance(item.parent, FeatureFile))
    if problem := _first_problem(scenarios):
        session.config.stash[PROBLEMS].append(problem)
        raise pytest.UsageError(problem)


def _first_problem(scenarios: Iterable[Scenario]) -> str | None:
    checked: set[tuple[str, str]] = set()
    for scenario in scenarios:
        for step in scenario.steps:
            if (step.type, step.name) in checked:
                continue
            checked.add((step.type, step.name))
            if problem := _problem(step):
                return f"{scenario.feature.filename}:{step.line_number}: '{step.keyword} {step.name}' {problem}"
    return None


def _problem(step: Step) -> str | None:
    modules = modules_that_define(step)
    if len(modules) == 1:
        return None
    if modules:
        return f"has {len(modules)} definitions, in {' and '.join(sorted(set(modules)))}"
    near = _nearest(step.name, sentences_of(step))
    return f"has no definition{f'; the nearest is {near!r}' if near else ''}"


def _nearest(text: str, sentences: list[str]) -> str | None:
    """Return the most similar sentence; of several, the one that shares most words."""
    words = sorted(text.split())
    near = difflib.get_close_matches(text, sentences, n=20, cutoff=0.5)
    return max(near, key=lambda one: difflib.SequenceMatcher(None, words, sorted(one.split())).ratio(), default=None)
