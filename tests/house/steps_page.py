"""The page of every sentence that a feature may use: made from `steps/` by `make catalogue`, and by nothing else."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from conftest import pytest_plugins
from steps.words import APPLICATIONS, NAMES, TABLES, Sentence
from tests.running import ROOT

PAGE = ROOT / "docs" / "steps.md"
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


def texts_of(context: StepFunctionContext) -> tuple[str, ...]:
    """Return the sentences of a definition, with their places."""
    return context.parser.texts if isinstance(context.parser, Sentence) else (context.parser.name,)


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
        of_function += [f"**{(context.type or '').capitalize()}** `{text}`" for text in texts_of(context)]
    for name, texts in sentences.items():
        yield f"| {'<br>'.join(texts)} | `{name}` |"


def _phrases(type_: str) -> str:
    return " · ".join(f"`{phrase}`" if phrase else "(nothing)" for phrase in TABLES[type_])


if __name__ == "__main__":
    PAGE.write_text(page())
