"""The controls of other people's frameworks that requirements speak to: `controls.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

RELATIONS = ("supports", "verifies", "context")


class ControlsError(Exception):
    """`controls.toml` is written wrong; the message is one line."""


@dataclass(frozen=True)
class Control:
    """One control, in our own words."""

    id: str
    """Framework and number: `asvs-5:6.3.3`."""
    words: str
    relation: str
    """What a requirement that names it does: `supports` it, `verifies` it, or is `context`."""
    confirmed: bool
    """Whether the number was checked against the published text."""
    earlier: str | None
    """Its number in an edition before."""

    @property
    def framework(self) -> str:
        """The part before the colon."""
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class Controls:
    """All of them, and what is to be said of each framework."""

    scope: dict[str, str]
    by_id: dict[str, Control]


def controls_in(file: Path) -> Controls:
    """Read `controls.toml`; none where there is no such file."""
    if not file.is_file():
        return Controls({}, {})
    try:
        tables = tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ControlsError(f"{file}: {error}") from None
    scope = {str(name): str(note) for name, note in tables.pop("scope", {}).items()}
    found = {id_: _control(file, id_, table) for id_, table in tables.items()}
    strange = sorted({control.framework for control in found.values()} - scope.keys())
    if strange:
        raise ControlsError(f"{file}: the framework {strange[0]} is not under [scope]")
    return Controls(scope, found)


def _control(file: Path, id_: str, table: dict[str, object]) -> Control:
    unknown = set(table) - {"words", "relation", "confirmed", "earlier"}
    wrong = table.get("relation") not in RELATIONS or not isinstance(table.get("confirmed"), bool)
    if unknown or wrong or not table.get("words"):
        raise ControlsError(f'{file}: ["{id_}"] wants words, confirmed, and a relation of {", ".join(RELATIONS)}')
    earlier = table.get("earlier")
    return Control(
        id_, str(table["words"]), str(table["relation"]), table["confirmed"] is True, str(earlier) if earlier else None
    )
