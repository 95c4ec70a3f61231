"""The page of what is verified: made from features and requirements by `make catalogue`, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_bdd.parser import Feature

from plugins.catalogue import Catalogue, Controls, Requirement, Row, controls_in, requirements_of
from plugins.facts import facts_in
from tests.running import ROOT

PAGE = ROOT / "docs" / "catalogue.md"
FEATURES = ROOT / "features"
FACTS = facts_in(ROOT / "docs" / "auth0-facts")
AREAS = {
    "configuration": "Configuration",
    "enrollment": "Enrollment",
    "tokens": "Tokens",
    "confirmation": "Confirmation",
    "bypass": "Ways around MFA",
}
"""In the order in which an auditor reads them; further areas follow by name."""
TABLE = """| requirement | what must hold, and why | rows | SMS messages | needs | controls | faults that turn it red |
|---|---|---|---|---|---|---|"""
HEAD = """# What is verified

Made from `features/` by `make catalogue`. Each row without a number is a feature, and the requirements of that feature
follow. Each requirement has at least one scenario, and at least one fault of the local tenant that turns it red;
[detection.md](detection.md) says where that was last seen. *SMS messages* is what one row may cost. *Needs* names
settings that a tenant of the scenario's own gets, or else the requirement is not applicable. *In italics*: the
evidence level (recorded, documented or inferred), and the [facts about Auth0](auth0-facts.md) that it rests on.

A scenario that passes supports a control; it does not prove that anybody complies with it.
"""


def page() -> str:
    """Return the page as it must be."""
    requirements = requirements_of(FEATURES)
    rows = Catalogue(FEATURES, requirements).rows
    controls = controls_in(ROOT / "controls.toml")
    count = f"{len(requirements)} requirements in {len(rows)} rows.\n"
    chapters = [_chapter(area, rows, requirements) for area in _areas(rows)]
    return "\n".join([HEAD, count, *chapters, _controls(controls, requirements)])


def _areas(rows: list[Row]) -> list[str]:
    there_are = {_area(row) for row in rows}
    return [*(area for area in AREAS if area in there_are), *sorted(there_are - AREAS.keys())]


def _area(row: Row) -> str:
    return Path(row.template.feature.filename).parent.name


def _chapter(area: str, rows: list[Row], requirements: dict[str, Requirement]) -> str:
    own = [row for row in rows if _area(row) == area]
    features = {row.template.feature.filename: row.template.feature for row in own}
    lines = [f"## {AREAS.get(area, area.capitalize())}", "", TABLE]
    for feature in features.values():
        lines += list(_feature(feature, own, requirements))
    return "\n".join([*lines, ""])


def _feature(feature: Feature, rows: list[Row], requirements: dict[str, Requirement]) -> Iterator[str]:
    own = [row for row in rows if row.template.feature.filename == feature.filename]
    file = Path(feature.filename).relative_to(ROOT).as_posix()
    yield f"| | **[{feature.name}](../{file})**<br>{' '.join(feature.description.split())} | | | | | |"
    for id_ in dict.fromkeys(id_ for row in own for id_ in row.requirements):
        one = requirements[id_]
        count = sum(id_ in row.requirements for row in own)
        needs = [f"{name} {value}" for name, value in one.needs.items()]
        if any("moves-clock" in row.tags for row in own if id_ in row.requirements):
            needs.append("a clock to move")
        cells = [
            f"{id_} ({one.priority})", f"**{one.title}.** {one.rationale}. *{_evidence(one)}*", str(count),
            str(one.sms_messages or ""), ", ".join(needs), ", ".join(one.controls),
            ", ".join(f"`{fault.name}`" for fault in one.faults),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _evidence(requirement: Requirement) -> str:
    """Return the evidence level, which its first fact gives, and all its facts."""
    return f"{FACTS[requirement.facts[0]].level}: {', '.join(requirement.facts)}"


def _controls(controls: Controls, requirements: dict[str, Requirement]) -> str:
    lines = ["## Controls", ""]
    lines += [f"- **{framework}**: {note}" for framework, note in controls.scope.items()]
    lines += ["", "| control | in our own words | relation | requirements |", "|---|---|---|---|"]
    for control in controls.by_id.values():
        named = [one.id for one in requirements.values() if control.id in one.controls]
        number = control.id + ("" if control.confirmed else " (number not confirmed)")
        number += f"; {control.earlier}" if control.earlier else ""
        lines.append(f"| {number} | {control.words} | {control.relation} | {', '.join(named) or 'none'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
