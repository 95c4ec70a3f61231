"""Collects feature files directly: no glue modules, ids that read, one broken file stops with one line."""

from __future__ import annotations

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario
from pytest_bdd.scenario import scenario_wrapper_template_registry

from fixtures.context import SCENARIO, ScenarioContext
from plugins.catalogue import (
    BROWSER,
    MOVES_CLOCK,
    PRIORITIES,
    REAL_SMS,
    CatalogueError,
    Requirement,
    Row,
    check_controls,
    needs_of,
    record_of,
    requirements_of,
    rows_of,
)

FEATURES = "features"
REQUIREMENTS = pytest.StashKey[dict[str, Requirement]]()
PROBLEMS = pytest.StashKey[list[str]]()


def features_folder(config: pytest.Config) -> Path:
    """Return the folder of this project's features."""
    return config.rootpath / FEATURES


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register each requirement and priority as a mark, so that `-m MFA-ENR-001` works and a wrong tag does not."""
    config.stash[PROBLEMS] = []
    try:
        config.stash[REQUIREMENTS] = requirements_of(features_folder(config))
        check_controls(features_folder(config), config.stash[REQUIREMENTS])
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from None
    for requirement in config.stash[REQUIREMENTS].values():
        config.addinivalue_line("markers", f"{requirement.id}: {requirement.title}")
    config.addinivalue_line("markers", f"{BROWSER}: signs in through a real browser, whatever --sign-in says")
    for priority in PRIORITIES:
        config.addinivalue_line("markers", f"{priority}: how binding a requirement is")
    config.addinivalue_line("markers", f"{MOVES_CLOCK}: lets time pass, on a tenant of its own")
    config.addinivalue_line("markers", f"{REAL_SMS}: worth a text that a carrier brings")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.feature`."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop at the first mistake in a feature: a scenario that is not collected would never be missed."""
    if problems := session.config.stash[PROBLEMS]:
        raise pytest.UsageError(problems[0])


class FeatureFile(pytest.Module):
    """A feature file as a module that nobody wrote: one test function for each scenario, in the file's order."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        self._rows: dict[str, list[Row]] = {}
        try:
            for row in rows_of(self.path, self.config.stash[REQUIREMENTS]):
                self._rows.setdefault(row.template.name, []).append(row)
        except CatalogueError as error:
            self.config.stash[PROBLEMS].append(str(error))
            return module
        for name in self._rows:
            setattr(module, name, scenario(self.path.name, name, features_base_dir=str(self.path.parent))(_nothing))
        return module

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield one item a row, each with its record and the settings that it needs."""
        for name, function in vars(self.obj).items():
            if function in scenario_wrapper_template_registry if callable(function) else False:
                for item in self._genfunctions(name, function):
                    self._describe(item)
                    yield item

    def _describe(self, item: pytest.Function) -> None:
        example = _example(item)
        row = next(row for row in self._rows[item.originalname] if row.example == example)
        needs = needs_of(row, self.config.stash[REQUIREMENTS])
        item.stash[SCENARIO] = ScenarioContext(record_of(row, item.nodeid), needs)


def _nothing() -> None:
    """What pytest-bdd calls when all steps are done."""


def _example(item: pytest.Function) -> dict[str, str]:
    callspec: Any = getattr(item, "callspec", None)
    return dict(callspec.params.get("_pytest_bdd_example", {})) if callspec else {}
