"""Every sentence that a feature may use: a page, and the places for editors; made from `steps/` by `make catalogue`."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from conftest import pytest_plugins
from steps.words import APPLICATIONS, NAMES, PLACES, TABLES, Pattern, Sentence
from tests.running import ROOT

PAGE = ROOT / "docs" / "steps.md"
SETTINGS = ROOT / ".vscode" / "settings.json"
_TYPES = re.compile(r'(?<="cucumber.parameterTypes": \[\n).*?(?=^  \])', re.DOTALL | re.MULTILINE)
KINDS = ("given", "when", "then")
HEAD = """# Every sentence that a feature may use

Made from `steps/` by `make catalogue`. Any other sentence stops collection, with file, line and the nearest of these.
Beside each stands the function that it calls, in the file that the chapter names.

What stands in braces is a place. `{code:Code}` takes one of the phrases of *Code*, which stand in the list of the first
chapter that names it. Other places:
"""


def modules() -> list[str]:
    """Return the modules of step definitions, imported, in the order in which pytest loads them."""
    named = [module for module in pytest_plugins if module.startswith("steps.")]
    for module in named:
        importlib.import_module(module)
    return named


def definitions() -> list[StepFunctionContext]:
    """Return every step definition, in the order in which they stand; a Given of a deed beside its When."""
    order = modules()
    found = [one for one in step_function_context_registry.values() if one.step_func.__module__ in order]
    return sorted(found, key=lambda one: (order.index(one.step_func.__module__), KINDS.index(one.type or "given")))


def page() -> str:
    """Return the page as it must be."""
    return "\n".join([HEAD, *_places(), "", *_chapters()])


def _places() -> Iterator[str]:
    names = [f"{name} ({', '.join(pronouns)})" for name, pronouns in NAMES.items()]
    yield f"- `{{user}}`, `{{other}}`: {', '.join(names)}; `{{they}}`, `{{their}}`, `{{them}}`: the user's own pronouns"
    yield f"- `{{application}}`: {', '.join(APPLICATIONS)}"
    yield "- `{scope}`, `{error}`: any words; `{minutes}`, `{seconds}`, `{count}`: whole numbers; `{number}`: one word"


def _chapters() -> Iterator[str]:
    shown: set[str] = set()
    for module in modules():
        own = [one for one in definitions() if one.step_func.__module__ == module]
        file = f"{module.replace('.', '/')}.py"
        yield f"## {(sys.modules[module].__doc__ or '').splitlines()[0].rstrip('.')}\n"
        yield f"| sentence | function in [{file}](../{file}) |\n|---|---|"
        yield from _rows(own)
        yield ""
        used = [type_ for one in own if isinstance(one.parser, Sentence) for type_ in one.parser.types]
        new = [type_ for type_ in dict.fromkeys(used) if type_ not in shown]
        shown.update(new)
        yield from (f"- *{type_}*: {_phrases(type_)}" for type_ in new)
        if new:
            yield ""


def _rows(own: list[StepFunctionContext]) -> Iterator[str]:
    """Yield a row for each function; a deed has a Given and a When."""
    sentences: dict[str, list[str]] = {}
    for context in own:
        of_function = sentences.setdefault(inspect.unwrap(context.step_func).__name__, [])
        of_function.append(f"**{(context.type or '').capitalize()}** `{context.parser.name}`")
    for name, texts in sentences.items():
        yield f"| {'<br>'.join(texts)} | `{name}` |"


def _phrases(type_: str) -> str:
    return " · ".join(f"`{phrase}`" if phrase else "(nothing)" for phrase in TABLES[type_])


def settings() -> str:
    """Return the settings of VS Code, in which the Cucumber extension reads what may stand in each place."""
    patterns = [Pattern(context.parser.name) for context in definitions()]
    typed = {f"{place}:{type_}": f"{{{place}:{type_}}}" for one in patterns for place, type_ in one.places if type_}
    types = PLACES | {name: Pattern(place).expression(groups=False) for name, place in sorted(typed.items())}
    # Python escapes blanks and hyphens as well, which no reader needs.
    plain = {name: regexp.replace("\\ ", " ").replace("\\-", "-") for name, regexp in types.items()}
    rows = [f"    {json.dumps({'name': name, 'regexp': regexp})}" for name, regexp in plain.items()]
    return _TYPES.sub(lambda _: ",\n".join(rows) + "\n", SETTINGS.read_text())


if __name__ == "__main__":
    PAGE.write_text(page())
    SETTINGS.write_text(settings())
