"""Collects feature files without glue modules; a mistake in one stops collection."""

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
    """Return the catalogue, read once per process. Raises `CatalogueError` for a mistake in the requirements."""
    if _CATALOGUE not in config.stash:
        config.stash[_CATALOGUE] = Catalogue.of(config.rootpath / FEATURES)
    return config.stash[_CATALOGUE]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register each requirement and priority as a marker, so that `-m MFA-ENR-001` works and unknown tags fail."""
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
    config.addinivalue_line("markers", f"{MOVES_CLOCK}: moves the clock of a tenant of its own")
    config.addinivalue_line("markers", f"{REAL_SMS}: runs by default where SMS messages cost money")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.feature`."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


class FeatureFile(GeneratedModule):
    """A feature file as a generated module, with one test function per scenario."""

    _rows: dict[str, list[Row]]

    def functions(self) -> dict[str, Any]:
        """Return the test functions by scenario name; none where the file has a mistake."""
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
        """Yield one item per row, with its record and the settings that it needs."""
        _ = self.obj  # creates the functions
        for name, rows in self._rows.items():
            for item in self.items_of(name):
                row = next(row for row in rows if row.example == example_of(item))
                needs = needs_of(row, catalogue_of(self.config).requirements)
                item.stash[SCENARIO] = ScenarioContext(record_of(row, item.nodeid), needs)
                yield item


def _nothing() -> None:
    """Do nothing: pytest-bdd calls this after all steps."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop at the first mistake in a feature: scenarios that are not collected would not be noticed."""
    if problems := session.config.stash[PROBLEMS]:
        raise pytest.UsageError(problems[0])
