"""Lists: in pages, in both of the vendor's styles (contract, 7.2; client requirements, 5), and searched.

A small query language is understood, `field:"value" AND field:"value"` (contract, 7.7). Any other is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from local_tenant.errors import API_QUERY, Refused
from local_tenant.web.management.endpoint import Json
from local_tenant.web.management.shapes import Shape, flag, text, whole

T = TypeVar("T")
PAGED: dict[str, Shape] = {"page": whole(0, 10_000), "per_page": whole(0, 100), "include_totals": flag()}
CHECKPOINT: dict[str, Shape] = {"from": text(most=64), "take": whole(1, 100)}
FIELDS: dict[str, Shape] = {"fields": text(), "include_fields": flag()}
TERM = re.compile(r'([A-Za-z_][A-Za-z0-9_.]*):(?:"([^"*]*)"|([^\s"*()\[\]]+)(\*?))')
AND = re.compile(r"\s+AND\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that there is; only what is on the page asked for is prepared to be shown."""

    name: str
    items: Sequence[Any]
    show: Callable[[Any], Json] = dict
    per_page: int = 50
    always_counts: bool = False
    """An object whether totals were asked for or not."""
    by_checkpoint: bool = False
    """Always an object that says where to go on."""

    def cut(self, query: Json) -> object:
        """Return an array; with `include_totals` an object that counts; with `take` one that says `next`."""
        if self.by_checkpoint or "take" in query or "from" in query:
            return self._after(query)
        size = query.get("per_page", self.per_page)
        start = query.get("page", 0) * size
        shown = [self._shown(item, query) for item in self.items[start : start + size]]
        if not (self.always_counts or query.get("include_totals")):
            return shown
        return {"start": start, "limit": size, "length": len(shown), "total": len(self.items), self.name: shown}

    def _after(self, query: Json) -> Json:
        after, size = str(query.get("from", "0")), query.get("take", self.per_page)
        if not (after.isascii() and after.isdigit()):
            raise Refused(API_QUERY, problem="'Invalid checkpoint' on property from")
        start = min(int(after), len(self.items))
        more = {"next": str(start + size)} if start + size < len(self.items) else {}
        return {self.name: [self._shown(item, query) for item in self.items[start : start + size]], **more}

    def _shown(self, item: Any, query: Json) -> Json:
        return only_fields(self.show(item), query)


def only_fields(shown: Json, query: Json) -> Json:
    """Keep the `fields` that were asked for; with `include_fields=false` leave them out."""
    if "fields" not in query:
        return shown
    named, wanted = set(query["fields"].split(",")), query.get("include_fields", True)
    return {name: value for name, value in shown.items() if (name in named) == wanted}


def matching(
    found: Sequence[T], query: str, value_of: Callable[[T, str], object], known: Callable[[str], bool], *,
    prefixes: bool = False,
) -> list[T]:  # fmt: skip
    """Keep what has every value that the query names; with `prefixes`, `field:begins*` too. 400 for what is not understood."""  # noqa: E501
    kept = list(found)
    for term in AND.split(query.strip()) if query.strip() else []:
        matched = TERM.fullmatch(term)
        if matched is None or not known(matched[1]) or (matched[4] and not prefixes):
            raise Refused(API_QUERY, problem='\'Expected field:"value" AND field:"value"\' on property q')
        name, value, begins = matched[1], matched[2] if matched[2] is not None else matched[3], bool(matched[4])
        kept = [one for one in kept if _fits(value_of(one, name), value, begins)]
    return kept


def _fits(has: object, value: str, begins: bool) -> bool:
    if isinstance(has, bool):
        return str(has).lower() == value.lower()
    if has is None:
        return False
    return str(has).startswith(value) if begins else str(has) == value
