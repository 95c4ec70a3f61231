"""What must hold, and the frameworks that ask for it: `features/<area>/requirements.toml` and `controls.toml`."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in

PRIORITIES = ("must", "should", "may")


class CatalogueError(Exception):
    """A feature or its data is written wrong; the message names file, line and the way out."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that must turn a requirement red, as seen on the local tenant."""

    name: str
    red_at: str
    """The beginning of the step's text."""
    cause: str = "expectation-not-met"


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One requirement, as its area's `requirements.toml` has it."""

    id: str
    title: str
    priority: Literal["must", "should", "may"]
    depends_on: tuple[str, ...] = ()
    """The tenant's settings that it takes for granted."""
    needs: dict[str, Literal["on", "off"]] = {}
    """The settings that must be other than usual while it is verified."""
    rationale: str = ""
    source: str = ""
    """How well it is known that a tenant does so."""
    controls: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    texts: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many texts one row of it may cost."""
    settings: tuple[str, ...] = ()
    """The settings of the tenant that it is about: whatever depends on them stands or falls with it."""


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One control of a framework, in our own words."""

    id: str
    """Framework and number: `asvs-5:6.3.3`."""
    words: Annotated[str, msgspec.Meta(min_length=1)]
    relation: Literal["supports", "verifies", "context"]
    """What a requirement that names it does: `supports` it, `verifies` it, or is `context`."""
    confirmed: bool
    """Whether the number was checked against the published text."""
    earlier: str | None = None
    """Its number in an edition before."""

    @property
    def framework(self) -> str:
        """The part before the colon."""
        return self.id.partition(":")[0]


class Controls(msgspec.Struct, frozen=True):
    """All of them, and what is to be said of each framework."""

    scope: dict[str, str]
    by_id: dict[str, Control]


def requirements_of(features: Path) -> dict[str, Requirement]:
    """Read every requirement below a folder of features; `CatalogueError` for the first mistake."""
    found: dict[str, Requirement] = {}
    for file in sorted(features.glob("*/requirements.toml")):
        try:
            for id_, table in tables_in(file, str(file)).items():
                if id_ in found:
                    raise CatalogueError(f"{file}: {id_} is in another area's file already")
                found[id_] = read_as(Requirement, table, f"{file}: [{id_}]", id=id_)
        except TomlMistake as mistake:
            raise CatalogueError(str(mistake)) from None
    return found


def controls_in(file: Path) -> Controls:
    """Read `controls.toml`; none where there is no such file. `CatalogueError` for the first mistake."""
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
    """Refuse a requirement that names a control which `controls.toml` beside the features does not have."""
    known = controls_in(features.parent / "controls.toml").by_id
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
