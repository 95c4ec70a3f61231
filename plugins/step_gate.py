"""Before anything runs: every step of every selected scenario has exactly one definition."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import pytest

from plugins.collect_features import PROBLEMS, FeatureFile
from plugins.private_api import Step, known_steps, modules_that_define, scenario_with_values


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop with file, line and the nearest definition where a step has none, or two.

    In a worker it would stop pytest-xdist itself: there the step fails when its turn comes, as the suite's own error.
    """
    if hasattr(session.config, "workerinput"):
        return
    if problem := _first_problem(session.items):
        session.config.stash[PROBLEMS].append(problem)
        raise pytest.UsageError(problem)


def _first_problem(items: Iterable[pytest.Item]) -> str | None:
    checked: set[tuple[str, str]] = set()
    for item in items:
        if isinstance(item, pytest.Function) and isinstance(item.parent, FeatureFile):
            rendered = scenario_with_values(item)
            for step in rendered.steps:
                if (step.type, step.name) not in checked:
                    checked.add((step.type, step.name))
                    place = f"{rendered.feature.filename}:{step.line_number}: '{step.keyword} {step.name}'"
                    if problem := _problem(step, item, place):
                        return problem
    return None


def _problem(step: Step, item: pytest.Function, place: str) -> str | None:
    modules = modules_that_define(step, item)
    if len(modules) == 1:
        return None
    if modules:
        return f"{place} has {len(modules)} definitions, in {' and '.join(sorted(set(modules)))}"
    near = difflib.get_close_matches(step.name, known_steps(step.type), n=1, cutoff=0.5)
    return f"{place} has no definition{f'; the nearest is {near[0]!r}' if near else ''}"
