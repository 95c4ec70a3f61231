"""Finding variations by name, and composing them into rules."""

from __future__ import annotations

import difflib
import inspect
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TypeVar, cast

from local_tenant.rules.base import Rule

R = TypeVar("R", bound=Rule)
KINDS = ("dialect", "look", "fault")
CHAINED = ("Pages.interludes",)
"""Decisions that several variations share: each adds to what the others say."""


class VariationError(ValueError):
    """A variation is not known, is not built as one, or does not go with another."""


@dataclass(frozen=True, slots=True)
class Variation:
    """A named subclass of one rules class that overrides one method."""

    name: str
    kind: str
    sentence: str
    evidence: str
    base: type[Rule]
    method: str
    rule: type[Rule]
    against: tuple[str, ...] = ()
    """Requirements that a dialect contradicts: under it exactly those are nonconforming."""
    stops: str = ""
    """Where a look stops a sign-in: what a person meets there that no program gets past."""

    @property
    def overrides(self) -> str:
        """The decision, as `Codes.is_right`."""
        return f"{self.base.__name__}.{self.method}"

    def as_json(self) -> dict[str, str | list[str]]:
        """The entry of `python -m local_tenant variations`."""
        return {
            "name": self.name, "kind": self.kind, "sentence": self.sentence, "evidence": self.evidence,
            "overrides": self.overrides, "against": list(self.against), "stops": self.stops,
        }  # fmt: skip


def names() -> list[str]:
    """Return the name of every variation there is."""
    package = import_module("local_tenant.variations")
    files = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name != "registry")
    return [file.replace("_", "-") for file in files]


def known() -> dict[str, Variation]:
    """Return every variation there is, by name."""
    return {name: _load(name.replace("-", "_")) for name in names()}


def find(asked: Iterable[str]) -> list[Variation]:
    """Return the variations with these names, once each; a name that nobody has is refused with the nearest one."""
    found, there_are = {}, names()
    for name in asked:
        if name not in there_are:
            nearest = difflib.get_close_matches(name, there_are, n=1, cutoff=0.0)
            raise VariationError(f"no variation is called {name!r}; the nearest is {nearest[0]!r}")
        found[name] = _load(name.replace("-", "_"))
    _refuse_clashes(list(found.values()))
    return list(found.values())


class Composition:
    """The rules classes of one tenant: the plain ones, with the chosen variations laid over them."""

    def __init__(self, rules: Sequence[type[Rule]]) -> None:
        """Take the variations' classes; no two of them override one method."""
        self._rules = rules

    def of(self, base: type[R]) -> type[R]:
        """Return the class to use for a domain word."""
        laid_over = tuple(rule for rule in self._rules if issubclass(rule, base))
        return cast("type[R]", type(base.__name__, (*laid_over, base), {})) if laid_over else base


def _refuse_clashes(variations: list[Variation]) -> None:
    seen: dict[str, str] = {}
    for one in variations:
        if one.overrides in seen and one.overrides not in CHAINED:
            raise VariationError(
                f"{seen[one.overrides]!r} and {one.name!r} do not go together: both override {one.overrides}"
            )
        seen[one.overrides] = one.name


@cache
def _load(file: str) -> Variation:
    module = import_module(f"local_tenant.variations.{file}")
    rules = [one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__]
    if len(rules) != 1:
        raise VariationError(f"variations/{file}.py: expected one class, found {len(rules)}")
    rule = rules[0]
    base = cast("type[Rule]", rule.__base__)
    methods = [name for name, made in vars(rule).items() if inspect.isfunction(made)]
    if len(methods) != 1 or not issubclass(rule, Rule) or not hasattr(base, methods[0]):
        raise VariationError(f"variations/{file}.py: expected a rules class that overrides one method")
    kind, evidence, sentence = vars(rule).get("kind"), vars(rule).get("evidence"), inspect.getdoc(rule)
    if kind not in KINDS or not evidence or not sentence or "\n" in sentence:
        raise VariationError(f"variations/{file}.py: expected a sentence, a kind and evidence")
    against = tuple(vars(rule).get("against", ()))
    if against and (kind != "dialect" or not all(isinstance(one, str) for one in against)):
        raise VariationError(f"variations/{file}.py: only a dialect is against requirements, each named by its id")
    stops = str(vars(rule).get("stops", ""))
    if stops and kind != "look":
        raise VariationError(f"variations/{file}.py: only a look stops a sign-in")
    return Variation(file.replace("_", "-"), kind, sentence, evidence, base, methods[0], rule, against, stops)
