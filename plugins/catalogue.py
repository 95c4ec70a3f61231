"""What there is to verify: the requirements, and the rows of the feature files that verify them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gherkin.errors import CompositeParserException

from mfa_verification.configuration.arrange import CLOCK, KNOWN
from mfa_verification.verdict.record import ScenarioRecord, StepRecord
from plugins.private_api import Feature, GherkinParseError, ScenarioTemplate, Step, StepError, get_feature
from plugins.requirements import PRIORITIES, CatalogueError, Requirement, check_controls, requirements_of

MOVES_CLOCK = "moves-clock"
"""The tag of scenarios that let time pass: they get a tenant of their own, or are not applicable."""
BROWSER = "browser"
"""The tag of what is about the browser: it is never run without one."""
REAL_SMS = "real-sms"
"""The tag of the few scenarios that are worth texts which carriers bring."""
TAGS = (*PRIORITIES, MOVES_CLOCK, BROWSER, REAL_SMS)


@dataclass(frozen=True)
class Row:
    """One scenario, or one row of an outline: what is run and judged by itself."""

    template: ScenarioTemplate
    example: dict[str, str]

    @property
    def tags(self) -> set[str]:
        """The scenario's tags, with those of its rule and feature."""
        rule = self.template.rule.tags if self.template.rule else set()
        return self.template.tags | rule | self.template.feature.tags

    def file(self, root: Path) -> str:
        """The feature's file, as seen from the root."""
        return Path(self.template.feature.filename).relative_to(root).as_posix()

    def node_id(self, root: Path) -> str:
        """The id under which pytest runs it."""
        return f"{self.file(root)}::{self.template.name}" + (
            f"[{'-'.join(self.example.values())}]" if self.example else ""
        )

    @property
    def requirements(self) -> list[str]:
        """The ids of the requirements that it verifies."""
        return sorted(tag for tag in self.tags if tag.startswith("MFA-"))


@dataclass(frozen=True)
class Catalogue:
    """All requirements, and the rows below the same folder: each file is read once in a process."""

    features: Path
    requirements: dict[str, Requirement]
    _read: dict[Path, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Path) -> Catalogue:
        """Read the requirements; raise `CatalogueError` for the first mistake in them."""
        requirements = requirements_of(features)
        check_controls(features, requirements)
        return cls(features, requirements)

    def rows_of(self, file: Path) -> list[Row]:
        """Return the rows of one feature file; raise `CatalogueError` for the first mistake in it."""
        if file not in self._read:
            self._read[file] = list(rows_of(file, self.requirements))
        return self._read[file]

    @property
    def rows(self) -> list[Row]:
        """The rows of all features."""
        return [row for file in sorted(self.features.rglob("*.feature")) for row in self.rows_of(file)]

    def by_id(self, root: Path) -> dict[str, Row]:
        """Return all rows by the id under which pytest runs them."""
        return {row.node_id(root): row for row in self.rows}


def rows_in(features: Path, requirements: dict[str, Requirement]) -> list[Row]:
    """Read every row below a folder of features."""
    return [row for file in sorted(features.rglob("*.feature")) for row in rows_of(file, requirements)]


def rows_of(file: Path, requirements: dict[str, Requirement]) -> Iterator[Row]:
    """Read the rows of one feature file, each checked; raise `CatalogueError` for the first mistake."""
    try:
        feature = get_feature(str(file.parent), file.name)
    except (GherkinParseError, StepError, CompositeParserException) as error:
        raise CatalogueError(f"{file}: " + " ".join(str(error).split())) from None
    _check_names(file, feature)
    for template in feature.scenarios.values():
        contexts = [context for examples in template.examples for context in examples.as_contexts()] or [{}]
        for example in contexts:
            row = Row(template, example)
            _check_row(file, row, requirements)
            yield row


def record_of(row: Row, node_id: str) -> ScenarioRecord:
    """Return the record of a row that has not run yet."""
    rendered = row.template.render(row.example)
    return ScenarioRecord(
        id=node_id,
        name=rendered.name,
        feature=rendered.feature.name,
        application=row.example.get("application"),
        row=row.example or None,
        requirements=row.requirements,
        priority=next(priority for priority in PRIORITIES if priority in row.tags),
        steps=[StepRecord(step.keyword.strip(), step.name, table=_table(step)) for step in rendered.steps],
    )


def _table(step: Step) -> list[list[str]] | None:
    return [[str(cell) for cell in row] for row in step.datatable.raw()] if step.datatable else None


def needs_of(row: Row, requirements: dict[str, Requirement]) -> dict[str, str]:
    """Return the settings that a row needs to be other than usual."""
    needs = {name: value for id_ in row.requirements for name, value in requirements[id_].needs.items()}
    return needs | ({CLOCK: "own"} if MOVES_CLOCK in row.tags else {})


def _check_row(file: Path, row: Row, requirements: dict[str, Requirement]) -> None:
    place = f"{file}:{row.template.line_number}"
    if not row.template.steps:
        raise CatalogueError(f"{place}: '{row.template.name}' has no steps: is a keyword misspelt?")
    if not row.requirements:
        raise CatalogueError(f"{place}: '{row.template.name}' carries no requirement such as @MFA-ENR-001")
    for tag in row.tags:
        if not tag.startswith("MFA-") and tag not in TAGS:
            raise CatalogueError(f"{place}: nobody knows the tag @{tag}; there are requirements and {', '.join(TAGS)}")
    for id_ in row.requirements:
        if id_ not in requirements:
            near = difflib.get_close_matches(id_, requirements, n=1)
            raise CatalogueError(f"{place}: there is no requirement {id_}{f'; {near[0]}?' if near else ''}")
        if requirements[id_].priority not in row.tags:
            raise CatalogueError(
                f"{place}: {id_} is @{requirements[id_].priority}, and the scenario does not carry that tag"
            )
    named = {name for id_ in row.requirements for name in requirements[id_].depends_on}
    unknown = (named | set(needs_of(row, requirements))) - KNOWN
    if unknown:
        raise CatalogueError(
            f"{place}: nobody knows the setting {sorted(unknown)[0]}; known: {', '.join(sorted(KNOWN))}"
        )


def _check_names(file: Path, feature: Feature) -> None:
    """Refuse what pytest-bdd loses in silence: of two scenarios with one name, it keeps the last."""
    seen: dict[str, int] = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        keyword, _, name = line.strip().partition(":")
        if keyword in ("Scenario", "Scenario Outline", "Scenario Template", "Example"):
            name = name.strip()
            if name in seen:
                raise CatalogueError(f"{file}:{number}: '{name}' is also the name of the scenario in line {seen[name]}")
            if "::" in name:
                raise CatalogueError(f"{file}:{number}: a scenario's name must not contain '::'")
            seen[name] = number
    if len(seen) != len(feature.scenarios):
        raise CatalogueError(f"{file}: of {len(seen)} scenarios, {len(feature.scenarios)} were read")
