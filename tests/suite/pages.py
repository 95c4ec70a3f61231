"""Generate docs/catalogue.md, docs/steps.md and the step places in .vscode/settings.json."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pytest_bdd.parser import Feature
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from conftest import pytest_plugins
from plugins.catalogue import Catalogue, Controls, Requirement, Row, controls_in, requirements_of
from plugins.facts import facts_in
from steps.words import APPLICATIONS, NAMES, PLACES, TABLES, Pattern, Sentence
from tests.running import ROOT

CATALOGUE, STEPS = ROOT / "docs" / "catalogue.md", ROOT / "docs" / "steps.md"
SETTINGS = ROOT / ".vscode" / "settings.json"
FEATURES = ROOT / "features"
FACTS = facts_in(ROOT / "docs" / "auth0-facts")

AREAS = {
    "configuration": "Configuration",
    "enrollment": "Enrollment",
    "tokens": "Tokens",
    "confirmation": "Confirmation",
    "bypass": "Ways around MFA",
}
"""Areas in the order of the page; other areas follow in alphabetical order."""
TABLE = """| requirement | what must hold, and why | rows | SMS messages | needs | controls | faults to detect |
|---|---|---|---|---|---|---|"""
CATALOGUE_HEAD = """# Requirements

`make catalogue` generates this page from `features/`. A row without an id is a feature; its requirements follow. Each
requirement has at least one scenario and at least one fault of the local tenant that it must detect
([detection.md](detection.md)). *SMS messages* is the maximum that one row sends. *Needs* lists settings of a tenant
that is arranged for the scenario; where none can be arranged, the requirement is not applicable. *In italics*: the
evidence level (recorded, documented or inferred) and the [facts about Auth0](auth0-facts.md).

A passed scenario supports a control. It does not prove compliance.
"""


def catalogue_page() -> str:
    """Return the text of docs/catalogue.md."""
    requirements = requirements_of(FEATURES)
    rows = Catalogue(FEATURES, requirements).rows
    count = f"{len(requirements)} requirements in {len(rows)} rows.\n"
    chapters = [_area_chapter(area, rows, requirements) for area in _areas(rows)]
    return "\n".join([CATALOGUE_HEAD, count, *chapters, _controls(controls_in(ROOT / "controls.toml"), requirements)])


def _areas(rows: list[Row]) -> list[str]:
    used = {_area(row) for row in rows}
    return [*(area for area in AREAS if area in used), *sorted(used - AREAS.keys())]


def _area(row: Row) -> str:
    return Path(row.template.feature.filename).parent.name


def _area_chapter(area: str, rows: list[Row], requirements: dict[str, Requirement]) -> str:
    own = [row for row in rows if _area(row) == area]
    features = {row.template.feature.filename: row.template.feature for row in own}
    lines = [f"## {AREAS.get(area, area.capitalize())}", "", TABLE]
    for feature in features.values():
        lines += _feature(feature, own, requirements)
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
            needs.append("a clock that can be moved")
        evidence = f"{FACTS[one.facts[0]].level}: {', '.join(one.facts)}"
        cells = [
            f"{id_} ({one.priority})", f"**{one.title}.** {one.rationale}. *{evidence}*", str(count),
            str(one.sms_messages or ""), ", ".join(needs), ", ".join(one.controls),
            ", ".join(f"`{fault.name}`" for fault in one.faults),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


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


KINDS = ("given", "when", "then")
STEPS_HEAD = """# Steps

`make catalogue` generates this page from `steps/`. Features may use these sentences only: collection stops at any other
sentence and names its file, line and the nearest known sentence. The function of each sentence is in the file that the
chapter names.

Words in braces are places. `{code:Code}` accepts each phrase of the list *Code*, which follows the first chapter that
uses it. The other places are:
"""


def definitions() -> list[StepFunctionContext]:
    """Return every step definition, ordered by module and kind."""
    order = _modules()
    found = [one for one in step_function_context_registry.values() if one.step_func.__module__ in order]
    return sorted(found, key=lambda one: (order.index(one.step_func.__module__), KINDS.index(one.type or "given")))


def _modules() -> list[str]:
    """Import the modules of step definitions and return their names, in the order in which pytest loads them."""
    named = [module for module in pytest_plugins if module.startswith("steps.")]
    for module in named:
        importlib.import_module(module)
    return named


def steps_page() -> str:
    """Return the text of docs/steps.md."""
    return "\n".join([STEPS_HEAD, *_places(), "", *_step_chapters()])


def _places() -> Iterator[str]:
    names = [f"{name} ({', '.join(pronouns)})" for name, pronouns in NAMES.items()]
    yield f"- `{{user}}`, `{{other}}`: {', '.join(names)}; `{{they}}`, `{{their}}`, `{{them}}`: the user's pronouns"
    yield f"- `{{application}}`: {', '.join(APPLICATIONS)}"
    yield "- `{scope}`, `{error}`: any words; `{minutes}`, `{seconds}`, `{count}`: whole numbers; `{number}`: one word"


def _step_chapters() -> Iterator[str]:
    shown: set[str] = set()
    for module in _modules():
        own = [one for one in definitions() if one.step_func.__module__ == module]
        file = f"{module.replace('.', '/')}.py"
        yield f"## {(sys.modules[module].__doc__ or '').splitlines()[0].rstrip('.')}\n"
        yield f"| sentence | function in [{file}](../{file}) |\n|---|---|"
        yield from _step_rows(own)
        yield ""
        used = [type_ for one in own if isinstance(one.parser, Sentence) for type_ in one.parser.types]
        new = [type_ for type_ in dict.fromkeys(used) if type_ not in shown]
        shown.update(new)
        yield from (f"- *{type_}*: {_phrases(type_)}" for type_ in new)
        if new:
            yield ""


def _step_rows(own: list[StepFunctionContext]) -> Iterator[str]:
    """Yield one row for each function; some functions have a Given and a When."""
    sentences: dict[str, list[str]] = {}
    for context in own:
        of_function = sentences.setdefault(inspect.unwrap(context.step_func).__name__, [])
        of_function.append(f"**{(context.type or '').capitalize()}** `{context.parser.name}`")
    for name, texts in sentences.items():
        yield f"| {'<br>'.join(texts)} | `{name}` |"


def _phrases(type_: str) -> str:
    return " · ".join(f"`{phrase}`" if phrase else "(nothing)" for phrase in TABLES[type_])


_TYPES = re.compile(r'(?<="cucumber.parameterTypes": \[\n).*?(?=^  \])', re.DOTALL | re.MULTILINE)


def settings() -> str:
    """Return the text of .vscode/settings.json, from which the Cucumber extension learns what each place accepts."""
    patterns = [Pattern(context.parser.name) for context in definitions()]
    typed = {f"{place}:{type_}": f"{{{place}:{type_}}}" for one in patterns for place, type_ in one.places if type_}
    types = PLACES | {name: Pattern(place).expression(groups=False) for name, place in sorted(typed.items())}
    # Python also escapes spaces and hyphens, which is not needed here.
    plain = {name: regexp.replace("\\ ", " ").replace("\\-", "-") for name, regexp in types.items()}
    rows = [f"    {json.dumps({'name': name, 'regexp': regexp})}" for name, regexp in plain.items()]
    return _TYPES.sub(lambda _: ",\n".join(rows) + "\n", SETTINGS.read_text())


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue_page())
    STEPS.write_text(steps_page())
    SETTINGS.write_text(settings())
