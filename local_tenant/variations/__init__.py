"""Variations of the local tenant: each is a row that changes one decision of a rule.

*dialect*: sources disagree about what a tenant does; *look*: how pages differ; *fault*: what must be found.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from importlib import import_module

from local_tenant.variations.table import TABLE, AnyVariation, VariationError

__all__ = ["AnyVariation", "VariationError", "find", "known"]

MODULES = (
    "management_api", "answers", "authenticators", "codes", "enrollment", "grants", "mfa_access", "pages",
    "sign_ins", "tokens", "users",
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
