"""Collects feature files directly: no glue modules, ids that read, and a mistake stops collection with one line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import scenario

from fixtures.context import SCENARIO, ScenarioContext
from plugins.catalogue import (
    BROWSER,
    MOVES_CLOCK,
    PRIORITIES,
    REAL_SMS,
    Catalogue,
    CatalogueError,
    Row,
    needs_of,
    record_of,
)
from plugins.private_api import GeneratedModule, example_of

_CATALOGUE = pytest.StashKey[Catalogue]()
PROBLEMS = pytest.StashKey[list[str]]()
FEATURES = "features"


def catalogue_of(config: pytest.Config) -> Catalogue:
    """Return what there is to verify, read once in a process; `CatalogueError` for a mistake in the requirements."""
    if _CATALOGUE not in config.stash:
        config.stash[_CATALOGUE] = Catalogue.of(config.rootpath / FEATURES)
    return config.stash[_CATALOGUE]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register each requirement and priority as a mark, so that `-m MFA-ENR-001` works and a wrong tag does not."""
    config.stash[PROBLEMS] = []
    try:
        catalogue = catalogue_of(config)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from None
    for requirement in catalogue.requirements.values():
        config.addinivalue_line("markers", f"{requirement.id}: {requirement.title}")
    config.addinivalue_line("markers", f"{BROWSER}: signs in through a real browser, whatever --sign-in says")
    for priority in PRIORITIES:
        config.addinivalue_line("markers", f"{priority}: how binding a requirement is")
    config.addinivalue_line("markers", f"{MOVES_CLOCK}: lets time pass, on a tenant of its own")
    config.addinivalue_line("markers", f"{REAL_SMS}: worth an SMS message that a carrier brings")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.feature`."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


class FeatureFile(GeneratedModule):
    """A feature file as a module that nobody wrote: one test function for each scenario, in the file's order."""

    _rows: dict[str, list[Row]]

    def functions(self) -> dict[str, Any]:
        """Return a test function for each scenario, by its name; none where the file has a mistake."""
        self._rows = {}
        try:
            rows = catalogue_of(self.config).rows_of(self.path)
        except CatalogueError as error:
            self.config.stash[PROBLEMS].append(str(error))
            rows = []
        for row in rows:
            self._rows.setdefault(row.template.name, []).append(row)
        base = str(self.path.parent)
        return {name: scenario(self.path.name, name, features_base_dir=base)(_nothing) for name in self._rows}

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield one item a row, each with its record and the settings that it needs."""
        _ = self.obj  # makes the functions
        for name, rows in self._rows.items():
            for item in self.items_of(name):
                row = next(row for row in rows if row.example == example_of(item))
                needs = needs_of(row, catalogue_of(self.config).requirements)
                item.stash[SCENARIO] = ScenarioContext(record_of(row, item.nodeid), needs)
                yield item


def _nothing() -> None:
    """What pytest-bdd calls when all steps are done."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop at the first mistake in a feature: a scenario that is not collected would never be missed."""
    if problems := session.config.stash[PROBLEMS]:
        raise pytest.UsageError(problems[0])
