"""Before anything runs: every step of every selected scenario has exactly one definition."""

from __future__ import annotations

import difflib

import pytest
from pytest_bdd.parser import Step
from pytest_bdd.scenario import (
    find_fixturedefs_for_step,
    scenario_wrapper_template_registry,
)
from pytest_bdd.steps import step_function_context_registry

from plugins.collect_features import PROBLEMS, FeatureFile, _example


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop with file, line and the nearest definition where a step has none, or two.

    In a worker it would stop pytest-xdist itself: there the step fails when its turn comes, as the suite's own error.
    """
    if hasattr(session.config, "workerinput"):
        return
    checked: set[tuple[str, str]] = set()
    for item in session.items:
        if not (isinstance(item, pytest.Function) and isinstance(item.parent, FeatureFile)):
            continue
        scenario = scenario_wrapper_template_registry[item.obj].render(_example(item))
        for step in scenario.steps:
            if (step.type, step.name) not in checked:
                checked.add((step.type, step.name))
                _check(session, item, step, scenario.feature.filename)


def _check(session: pytest.Session, item: pytest.Item, step: Step, file: str) -> None:
    found = list(find_fixturedefs_for_step(step, session._fixturemanager, item))
    if len(found) == 1:
        return
    place = f"{file}:{step.line_number}: '{step.keyword} {step.name}'"
    if found:
        modules = sorted({definition.func.__module__ for definition in found})
        problem = f"{place} has {len(found)} definitions, in {' and '.join(modules)}"
    else:
        near = difflib.get_close_matches(step.name, _known(step.type), n=1, cutoff=0.5)
        problem = f"{place} has no definition{f'; the nearest is {near[0]!r}' if near else ''}"
    session.config.stash[PROBLEMS].append(problem)
    raise pytest.UsageError(problem)


def _known(kind: str) -> list[str]:
    return [context.parser.name for context in step_function_context_registry.values() if context.type == kind]
