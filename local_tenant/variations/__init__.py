"""Variations of the local tenant: each is a row that changes one decision of a rule.

*dialect*: sources disagree about what a tenant does; *look*: how pages differ; *fault*: what must be found.
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
    """A variation is not known, says nothing of itself, or does not go with another."""


class Variation(Generic[P, R]):
    """A decision of a rule that is made otherwise: always in one way, by a function, or by adding to the usual."""

    def __init__(
        self,
        kind: Literal["dialect", "look", "fault"],
        name: str,
        decision: Callable[P, R],
        facts: str,
        stops: str = "",
    ) -> None:
        """Take the decision as its rule has it, and the facts about Auth0 that it changes (docs/auth0-facts.md)."""
        self.kind, self.name, self.facts, self.stops = kind, name, facts, stops
        self.overrides = decision.__qualname__
        self.sentence = ""
        self.adds = False
        self._over: Callable[[Callable[P, R]], Callable[P, R]] = lambda usual: usual

    def always(self, answer: R, sentence: str) -> None:
        """Decide in this way, whatever is asked."""

        def decided(*_: P.args, **__: P.kwargs) -> R:
            return answer

        self._enter(sentence, lambda _: decided)

    def __call__(self, decide: Callable[P, R]) -> None:
        """Decide by this function."""
        self._enter(decide.__doc__, lambda _: decide)

    def adding(self, further: Callable[Concatenate[R, P], R]) -> None:
        """Decide as usual, and hand that to this function: such variations of one decision go together."""

        def over(usual: Callable[P, R]) -> Callable[P, R]:
            def decide(*args: P.args, **kwargs: P.kwargs) -> R:
                return further(usual(*args, **kwargs), *args, **kwargs)

            return decide

        self.adds = True
        self._enter(further.__doc__, over)

    def _enter(self, sentence: str | None, over: Callable[[Callable[P, R]], Callable[P, R]]) -> None:
        if not sentence or self.name in TABLE:
            raise VariationError(f"{self.name!r}: expected a name of its own, and a sentence")
        self.sentence, self._over = sentence, over
        TABLE[self.name] = self

    def over(self, usual: Callable[P, R]) -> Callable[P, R]:
        """Return how the decision is made instead of as usual."""
        return self._over(usual)

    def as_json(self) -> dict[str, str]:
        """The entry of `python -m local_tenant variations`."""
        return {
            "name": self.name, "kind": self.kind, "sentence": self.sentence, "evidence": self.facts,
            "overrides": self.overrides, "stops": self.stops,
        }  # fmt: skip


AnyVariation: TypeAlias = Variation[..., Any]
TABLE: dict[str, AnyVariation] = {}
"""Every row of the modules that were read."""


def dialect(name: str, decision: Callable[P, R], facts: str) -> Variation[P, R]:
    """What a tenant does where sources disagree."""
    return Variation("dialect", name, decision, facts)


def look(name: str, decision: Callable[P, R], facts: str, *, stops: str = "") -> Variation[P, R]:
    """How pages differ; `stops` is what a user meets there that no program gets past."""
    return Variation("look", name, decision, facts, stops)


def fault(name: str, decision: Callable[P, R], facts: str) -> Variation[P, R]:
    """What must be found."""
    return Variation("fault", name, decision, facts)


def composed(base: type[T], variations: Sequence[AnyVariation]) -> type[T]:
    """Return a rules class with the variations of its decisions laid over it.

    Of those that add to one decision the one that was asked for first has the last word.
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
"""Where the rows stand. They are read when the first is asked for: a plain tenant starts without them."""


def known() -> dict[str, AnyVariation]:
    """Return every variation there is, by name."""
    for module in MODULES:
        import_module(f"local_tenant.variations.{module}")
    return dict(sorted(TABLE.items()))


def find(asked: Iterable[str]) -> list[AnyVariation]:
    """Return the variations with these names, once each; a name that nobody has is refused with the nearest one."""
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
            raise VariationError(f"{other.name!r} and {one.name!r} do not go together: both override {one.overrides}")
