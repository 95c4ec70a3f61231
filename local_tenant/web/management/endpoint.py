"""An endpoint of the Management API as one declaration, and paged lists.

Facts: AF-MGMT-15, AF-SDK-07, AF-LOG-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import request

from local_tenant.errors import API_BODY, API_QUERY, Refused
from local_tenant.tenant import Tenant
from local_tenant.web.management.shapes import Shape, flag, problem_with, record, text, whole
from local_tenant.web.reading import json_value

T = TypeVar("T")
Json = dict[str, Any]
PAGED: dict[str, Shape] = {"page": whole(0, 10_000), "per_page": whole(0, 100), "include_totals": flag()}
CHECKPOINT: dict[str, Shape] = {"from": text(most=64), "take": whole(1, 100)}
FIELDS: dict[str, Shape] = {"fields": text(), "include_fields": flag()}
TERM = re.compile(r'([A-Za-z_][A-Za-z0-9_.]*):(?:"([^"*]*)"|([^\s"*()\[\]]+)(\*?))')
AND = re.compile(r"\s+AND\s+")
WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An authorized request to the Management API, with a valid query and body."""

    tenant: Tenant
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Json
    given: object = None
    """The body, where the endpoint takes one."""

    @property
    def body(self) -> Json:
        """The body as an object, without its null values."""
        return {name: value for name, value in cast("Json", self.given).items() if value is not None}

    @property
    def id(self) -> str:
        """The id in the path."""
        return self.path["id"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint. A result of None becomes 204; a `Page` is reduced to what the query requests."""

    method: str
    path: str
    """Such as `/users/{id}`."""
    scopes: tuple[str, ...]
    """Any one of them is enough."""
    handle: Callable[[ApiCall], object]
    log_description: str = ""
    """The log's description of the change; empty for a read."""
    body: Shape | None = None
    query: Shape = field(default_factory=record)
    status: int = 200

    def read(self, tenant: Tenant, scopes: frozenset[str], path: Mapping[str, str]) -> ApiCall:
        """Read query and body. Raises Refused: 400 `invalid_query_string`, `invalid_body`."""
        query = self._query()
        return ApiCall(tenant, scopes, path, query, None if self.body is None else self._body(self.body))

    def _query(self) -> Json:
        given = {name: _typed(value, self.query["properties"].get(name)) for name, value in request.args.items()}
        if problem := problem_with(given, self.query):
            raise Refused(API_QUERY, problem=problem)
        return given

    def _body(self, shape: Shape) -> object:
        given = {} if shape["type"] == "object" and not request.get_data() else json_value()
        if problem := problem_with(given, shape):
            raise Refused(API_BODY, problem=problem)
        return given


def _typed(value: str, shape: Shape | None) -> object:
    """Convert a query value to the declared type, where it has the form of that type."""
    wanted = shape["type"] if shape is not None else "string"
    if wanted == "integer" and WHOLE.fullmatch(value):
        return int(value)
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


@dataclass(frozen=True, slots=True)
class Page:
    """A whole list; only the requested page is prepared for the response."""

    name: str
    items: Sequence[Any]
    show: Callable[[Any], Json] = dict
    per_page: int = 50
    always_counts: bool = False
    """Return an object with totals, whether requested or not."""
    by_checkpoint: bool = False
    """Always return an object with the next checkpoint."""

    def cut(self, query: Json) -> object:
        """Return an array; with `include_totals` an object with totals; with `take` an object with `next`."""
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
    """Keep the requested `fields`; with `include_fields=false`, remove them."""
    if "fields" not in query:
        return shown
    named, wanted = set(query["fields"].split(",")), query.get("include_fields", True)
    return {name: value for name, value in shown.items() if (name in named) == wanted}


def matching(
    found: Sequence[T], query: str, value_of: Callable[[T, str], object], known: Callable[[str], bool], *,
    prefixes: bool = False,
) -> list[T]:  # fmt: skip
    """Return the items with all values that the query names; `prefixes` allows `field:begin*`. Raises Refused: 400."""
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
