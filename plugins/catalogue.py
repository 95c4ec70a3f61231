"""What there is to verify: requirements from their data files, rows from the feature files."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException
from pytest_bdd.exceptions import GherkinParseError, StepError
from pytest_bdd.feature import get_feature
from pytest_bdd.parser import Feature, ScenarioTemplate, Step

from mfa_verification.configuration.arrange import CLOCK, KNOWN
from mfa_verification.verdict.record import ScenarioRecord, StepRecord
from plugins.controls import ControlsError, controls_in

PRIORITIES = ("must", "should", "may")
MOVES_CLOCK = "moves-clock"
"""The tag of scenarios that let time pass: they get a tenant of their own, or are not applicable."""
BROWSER = "browser"
"""The tag of what is about the browser: it is never run without one."""
KEYS = {"title", "priority", "rationale", "source", "controls", "depends_on", "needs", "settings", "texts", "faults"}
REAL_SMS = "real-sms"
"""The tag of the few scenarios that are worth texts which carriers bring."""
TAGS = (*PRIORITIES, MOVES_CLOCK, BROWSER, REAL_SMS)


class CatalogueError(Exception):
    """A feature or its data is written wrong; the message names file, line and the way out."""


@dataclass(frozen=True)
class Fault:
    """A fault that must turn a requirement red, as seen on the local tenant."""

    name: str
    red_at: str
    """The beginning of the step's text."""
    cause: str = "expectation-not-met"


@dataclass(frozen=True)
class Requirement:
    """One requirement, as its area's `requirements.toml` has it."""

    id: str
    title: str
    priority: str
    depends_on: tuple[str, ...]
    """The tenant's settings that it takes for granted."""
    needs: dict[str, str]
    """The settings that must be other than usual while it is verified."""
    rationale: str = ""
    source: str = ""
    """How well it is known that a tenant does so."""
    controls: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    texts: int = 0
    """How many texts one row of it may cost."""
    settings: tuple[str, ...] = ()
    """The settings of the tenant that it is about: whatever depends on them stands or falls with it."""


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


def requirements_of(features: Path) -> dict[str, Requirement]:
    """Read every requirement below a folder of features."""
    found: dict[str, Requirement] = {}
    for file in sorted(features.glob("*/requirements.toml")):
        try:
            tables = tomllib.loads(file.read_text())
        except tomllib.TOMLDecodeError as error:
            raise CatalogueError(f"{file}: {error}") from None
        for id_, table in tables.items():
            if id_ in found:
                raise CatalogueError(f"{file}: {id_} is in another area's file already")
            found[id_] = _requirement(file, id_, table)
    return found


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


def _requirement(file: Path, id_: str, table: dict[str, Any]) -> Requirement:
    unknown = set(table) - KEYS
    if unknown or not isinstance(table.get("title"), str) or table.get("priority") not in PRIORITIES:
        wrong = (
            f"unknown: {', '.join(sorted(unknown))}"
            if unknown
            else "it wants a title, and a priority of must, should or may"
        )
        raise CatalogueError(f"{file}: [{id_}] is not well-formed ({wrong})")
    if set(dict(table.get("needs", {})).values()) - {"on", "off"}:
        raise CatalogueError(f"{file}: [{id_}] needs settings that are 'on' or 'off'")
    if type(table.get("texts", 0)) is not int or table.get("texts", 0) < 0:
        raise CatalogueError(f"{file}: [{id_}] says with texts how many texts a row may cost, from 0")
    try:
        faults = tuple(Fault(**fault) for fault in table.get("faults", ()))
    except TypeError:
        raise CatalogueError(f"{file}: [{id_}] a fault has a name, a step (red_at), and perhaps a cause") from None
    return Requirement(
        id_,
        table["title"],
        table["priority"],
        tuple(table.get("depends_on", ())),
        dict(table.get("needs", {})),
        rationale=str(table.get("rationale", "")),
        source=str(table.get("source", "")),
        controls=tuple(table.get("controls", ())),
        faults=faults,
        texts=table.get("texts", 0),
        settings=tuple(table.get("settings", ())),
    )


def check_controls(features: Path, requirements: dict[str, Requirement]) -> None:
    """Refuse a requirement that names a control which `controls.toml` beside the features does not have."""
    try:
        known = controls_in(features.parent / "controls.toml").by_id
    except ControlsError as error:
        raise CatalogueError(str(error)) from None
    for requirement in requirements.values():
        for control in requirement.controls:
            if control not in known:
                near = difflib.get_close_matches(control, known, n=1)
                place = _place(features, requirement.id)
                raise CatalogueError(f"{place}: there is no control {control}{f'; {near[0]}?' if near else ''}")


def _place(features: Path, id_: str) -> str:
    """Return file and line of a requirement's data."""
    for file in sorted(features.glob("*/requirements.toml")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() == f"[{id_}]":
                return f"{file}:{number}"
    return str(features)


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
