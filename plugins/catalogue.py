"""Reads requirements, controls and the rows of feature files, and checks them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from gherkin.errors import CompositeParserException

from mfa_verification.configuration.arrange import CLOCK, KNOWN
from mfa_verification.reports.record import ScenarioRecord, StepRecord
from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in
from plugins.private_api import Feature, GherkinParseError, ScenarioTemplate, Step, StepError, get_feature

PRIORITIES = ("must", "should", "may")


class CatalogueError(Exception):
    """A mistake in a feature or its data; the message names file, line and what to do."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault of the local tenant that must turn a requirement red."""

    name: str
    red_at: str
    """The beginning of the step at which it turns red."""
    cause: str = "expectation-not-met"


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A requirement in `requirements.toml`."""

    id: str
    title: str
    priority: Literal["must", "should", "may"]
    depends_on: tuple[str, ...] = ()
    """Tenant settings that it depends on."""
    needs: dict[str, Literal["on", "off"]] = {}
    """Settings that must be changed to verify it."""
    rationale: str = ""
    facts: tuple[str, ...] = ()
    """Numbers of Auth0 facts (`docs/auth0-facts.md`); the first one gives the evidence level."""
    controls: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    sms_messages: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many SMS messages one row may send."""
    settings: tuple[str, ...] = ()
    """The tenant settings that it verifies."""


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A control of a framework, in our words."""

    id: str
    """Framework and number, such as `asvs-5:6.3.3`."""
    words: Annotated[str, msgspec.Meta(min_length=1)]
    relation: Literal["supports", "verifies", "context"]
    """How a requirement relates to the control: `supports` or `verifies` it, or is `context`."""
    confirmed: bool
    """Whether the number was checked against the published text."""
    earlier: str | None = None
    """Its number in an earlier edition."""

    @property
    def framework(self) -> str:
        """Return the part before the colon."""
        return self.id.partition(":")[0]


class Controls(msgspec.Struct, frozen=True):
    """All controls, and the scope of each framework."""

    scope: dict[str, str]
    by_id: dict[str, Control]


def requirements_of(features: Path) -> dict[str, Requirement]:
    """Return the requirements below a folder. Raises `CatalogueError` for the first mistake."""
    found: dict[str, Requirement] = {}
    for file in sorted(features.glob("*/requirements.toml")):
        try:
            for id_, table in tables_in(file, str(file)).items():
                if id_ in found:
                    raise CatalogueError(f"{file}: {id_} is also in another area's file")
                found[id_] = read_as(Requirement, table, f"{file}: [{id_}]", id=id_)
        except TomlMistake as mistake:
            raise CatalogueError(str(mistake)) from None
    return found


def controls_in(file: Path) -> Controls:
    """Return the controls in a file; none where it does not exist. Raises `CatalogueError` for the first mistake."""
    if not file.is_file():
        return Controls({}, {})
    try:
        tables = tables_in(file, str(file))
        scope = read_as(dict[str, str], tables.pop("scope", {}), f"{file}: [scope]")
        by_id = {id_: read_as(Control, table, f'{file}: ["{id_}"]', id=id_) for id_, table in tables.items()}
    except TomlMistake as mistake:
        raise CatalogueError(str(mistake)) from None
    if strange := sorted({control.framework for control in by_id.values()} - scope.keys()):
        raise CatalogueError(f"{file}: the framework {strange[0]} is not under [scope]")
    return Controls(scope, by_id)


def check_controls(features: Path, requirements: dict[str, Requirement]) -> None:
    """Raise `CatalogueError` for a requirement with an unknown control."""
    known = controls_in(features.parent / "controls.toml").by_id
    for requirement in requirements.values():
        for control in requirement.controls:
            if control not in known:
                near = difflib.get_close_matches(control, known, n=1)
                place = _place(features, requirement.id)
                raise CatalogueError(
                    f"{place}: there is no control {control}{f'; did you mean {near[0]}?' if near else ''}"
                )


def _place(features: Path, id_: str) -> str:
    """Return file and line of a requirement."""
    for file in sorted(features.glob("*/requirements.toml")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() == f"[{id_}]":
                return f"{file}:{number}"
    return str(features)


MOVES_CLOCK = "moves-clock"
"""Tag of scenarios that move the clock: they get their own tenant, or are not applicable."""
BROWSER = "browser"
"""Tag of scenarios about the browser: they always use one."""
REAL_SMS = "real-sms"
"""Tag of the few scenarios that run by default where SMS messages cost money."""
TAGS = (*PRIORITIES, MOVES_CLOCK, BROWSER, REAL_SMS)


@dataclass(frozen=True)
class Row:
    """A scenario, or one row of an outline: runs and is judged by itself."""

    template: ScenarioTemplate
    example: dict[str, str]

    @property
    def tags(self) -> set[str]:
        """Return the tags of scenario, rule and feature."""
        rule = self.template.rule.tags if self.template.rule else set()
        return self.template.tags | rule | self.template.feature.tags

    def file(self, root: Path) -> str:
        """Return the path of the feature file, relative to the root."""
        return Path(self.template.feature.filename).relative_to(root).as_posix()

    def node_id(self, root: Path) -> str:
        """Return pytest's node id."""
        return f"{self.file(root)}::{self.template.name}" + (
            f"[{'-'.join(self.example.values())}]" if self.example else ""
        )

    @property
    def requirements(self) -> list[str]:
        """Return the ids of its requirements."""
        return sorted(tag for tag in self.tags if tag.startswith("MFA-"))


@dataclass(frozen=True)
class Catalogue:
    """All requirements and rows; each file is read once per process."""

    features: Path
    requirements: dict[str, Requirement]
    _read: dict[Path, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, features: Path) -> Catalogue:
        """Read and check the requirements. Raises `CatalogueError` for the first mistake."""
        requirements = requirements_of(features)
        check_controls(features, requirements)
        return cls(features, requirements)

    def rows_of(self, file: Path) -> list[Row]:
        """Return the rows of a feature file. Raises `CatalogueError` for the first mistake."""
        if file not in self._read:
            self._read[file] = list(rows_of(file, self.requirements))
        return self._read[file]

    @property
    def rows(self) -> list[Row]:
        """Return the rows of all features."""
        return [row for file in sorted(self.features.rglob("*.feature")) for row in self.rows_of(file)]

    def by_id(self, root: Path) -> dict[str, Row]:
        """Return all rows by pytest's node id."""
        return {row.node_id(root): row for row in self.rows}


def rows_of(file: Path, requirements: dict[str, Requirement]) -> Iterator[Row]:
    """Yield the checked rows of a feature file. Raises `CatalogueError` for the first mistake."""
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
    """Return the record of a row that has not run."""
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
    """Return the settings that a row needs changed."""
    needs = {name: value for id_ in row.requirements for name, value in requirements[id_].needs.items()}
    return needs | ({CLOCK: "own"} if MOVES_CLOCK in row.tags else {})


def _check_row(file: Path, row: Row, requirements: dict[str, Requirement]) -> None:
    place = f"{file}:{row.template.line_number}"
    if not row.template.steps:
        raise CatalogueError(f"{place}: '{row.template.name}' has no steps: check the spelling of its keywords")
    if not row.requirements:
        raise CatalogueError(f"{place}: '{row.template.name}' has no requirement such as @MFA-ENR-001")
    for tag in row.tags:
        if not tag.startswith("MFA-") and tag not in TAGS:
            raise CatalogueError(f"{place}: unknown tag @{tag}; known: requirements and {', '.join(TAGS)}")
    for id_ in row.requirements:
        if id_ not in requirements:
            near = difflib.get_close_matches(id_, requirements, n=1)
            raise CatalogueError(
                f"{place}: there is no requirement {id_}{f'; did you mean {near[0]}?' if near else ''}"
            )
        if requirements[id_].priority not in row.tags:
            raise CatalogueError(
                f"{place}: {id_} is @{requirements[id_].priority}, but the scenario does not have that tag"
            )
    named = {name for id_ in row.requirements for name in requirements[id_].depends_on}
    unknown = (named | set(needs_of(row, requirements))) - KNOWN
    if unknown:
        raise CatalogueError(f"{place}: unknown setting {sorted(unknown)[0]}; known: {', '.join(sorted(KNOWN))}")


def _check_names(file: Path, feature: Feature) -> None:
    """Raise `CatalogueError` for two scenarios with one name: pytest-bdd would silently keep only the last."""
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
