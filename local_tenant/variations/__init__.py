"""Variations of the local tenant: each row changes one decision of a rule, and mypy checks that the result fits it.

*fault*: behavior that the suite must find; *dialect*: behavior on which sources disagree; *look*: how pages differ.

    fault("any-sms-code-accepted", Codes.is_right, "AF-CONF-20").always(True, "Any SMS code confirms an enrollment.")

A row that depends on the request is a function with the decision's own signature; its docstring is the sentence.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Kind = Literal["dialect", "look", "fault"]


class VariationError(ValueError):
    """A variation is unknown, incomplete, or does not combine with another one."""


class Variation(Generic[P, R]):
    """A changed decision: a constant, a function, or an addition to the usual result."""

    def __init__(
        self,
        kind: Literal["dialect", "look", "fault"],
        name: str,
        decision: Callable[P, R],
        facts: str,
        stops: str = "",
    ) -> None:
        """Take the decision's method, and the facts about Auth0 that the variation changes (docs/auth0-facts.md)."""
        self.kind, self.name, self.facts, self.stops = kind, name, facts, stops
        self.overrides = decision.__qualname__
        self.sentence = ""
        self.adds = False
        self._over: Callable[[Callable[P, R]], Callable[P, R]] = lambda usual: usual

    def always(self, answer: R, sentence: str) -> None:
        """Decide by this constant."""

        def decided(*_: P.args, **__: P.kwargs) -> R:
            return answer

        self._enter(sentence, lambda _: decided)

    def __call__(self, decide: Callable[P, R]) -> None:
        """Decide by this function."""
        self._enter(decide.__doc__, lambda _: decide)

    def adding(self, further: Callable[Concatenate[R, P], R]) -> None:
        """Change the usual result by this function; several such variations of one decision combine."""

        def over(usual: Callable[P, R]) -> Callable[P, R]:
            def decide(*args: P.args, **kwargs: P.kwargs) -> R:
                return further(usual(*args, **kwargs), *args, **kwargs)

            return decide

        self.adds = True
        self._enter(further.__doc__, over)

    def _enter(self, sentence: str | None, over: Callable[[Callable[P, R]], Callable[P, R]]) -> None:
        if not sentence or self.name in TABLE:
            raise VariationError(f"{self.name!r}: expected a unique name and a sentence")
        self.sentence, self._over = sentence, over
        TABLE[self.name] = self

    def over(self, usual: Callable[P, R]) -> Callable[P, R]:
        """Return the changed decision, given the usual one."""
        return self._over(usual)

    def as_json(self) -> dict[str, str]:
        """Return the entry of `python -m local_tenant variations`."""
        return {
            "name": self.name, "kind": self.kind, "sentence": self.sentence, "evidence": self.facts,
            "overrides": self.overrides, "stops": self.stops,
        }  # fmt: skip


AnyVariation: TypeAlias = Variation[..., Any]
TABLE: dict[str, AnyVariation] = {}
"""Every row of the modules that were loaded."""


def dialect(name: str, decision: Callable[P, R], facts: str) -> Variation[P, R]:
    """Begin a row for behavior on which sources disagree."""
    return Variation("dialect", name, decision, facts)


def look(name: str, decision: Callable[P, R], facts: str, *, stops: str = "") -> Variation[P, R]:
    """Begin a row for how pages differ; `stops` names the obstacle that no program gets past."""
    return Variation("look", name, decision, facts, stops)


def fault(name: str, decision: Callable[P, R], facts: str) -> Variation[P, R]:
    """Begin a row for behavior that the suite must find."""
    return Variation("fault", name, decision, facts)


def composed(base: type[T], variations: Sequence[AnyVariation]) -> type[T]:
    """Return a rule class with the variations of its decisions.

    Of the additions to one decision, the one that was named first is applied last.
    """
    decisions: dict[str, Callable[..., Any]] = {}
    for one in reversed(variations):
        owner, _, method = one.overrides.partition(".")
        if owner == base.__name__:
            decisions[method] = one.over(decisions.get(method, getattr(base, method)))
    return type(base.__name__, (base,), decisions) if decisions else base


MODULES = (
    "authenticators", "codes", "enrollment", "grants", "management_api", "mfa_access", "responses", "sign_ins",
    "tokens", "users",
)  # fmt: skip
"""The modules with the rows. They are loaded when a variation is asked for: a plain tenant starts without them."""


def known() -> dict[str, AnyVariation]:
    """Return every variation by name."""
    for module in MODULES:
        import_module(f"local_tenant.variations.{module}")
    return dict(sorted(TABLE.items()))


def find(asked: Iterable[str]) -> list[AnyVariation]:
    """Return the variations with these names, once each. Raises VariationError for an unknown name."""
    names = list(dict.fromkeys(asked))
    there_are = known() if names else {}
    for name in names:
        if name not in there_are:
            nearest = difflib.get_close_matches(name, there_are, n=1, cutoff=0.0)
            raise VariationError(f"no variation is called {name!r}; the nearest is {nearest[0]!r}")
    found = [there_are[name] for name in names]
    _refuse_clashes(found)
    return found


def _refuse_clashes(variations: list[AnyVariation]) -> None:
    seen: dict[str, AnyVariation] = {}
    for one in variations:
        other = seen.setdefault(one.overrides, one)
        if other is not one and not (one.adds and other.adds):
            raise VariationError(f"{other.name!r} and {one.name!r} cannot be combined: both override {one.overrides}")
