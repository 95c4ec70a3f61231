"""What the endpoints of the Management API share: bodies, pages, and the operator's way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from flask import Response, jsonify, request

from local_tenant.errors import API_BODY, API_QUERY, Refused
from local_tenant.web.reading import json_object

T = TypeVar("T")
Json = dict[str, object]
Enter = Callable[..., frozenset[str]]


def body(allowed: dict[str, type], required: Collection[str] = ()) -> Json:
    """Read a JSON object whose properties are known and of their type; null stands for any."""
    given = json_object()
    if given is None:
        raise Refused(API_BODY, problem="Expected type object")
    for name in required:
        if given.get(name) is None:
            raise Refused(API_BODY, problem=f"Missing required property: {name}")
    for name, value in given.items():
        if name not in allowed:
            raise Refused(API_BODY, problem=f"Additional properties not allowed: {name}")
        if value is not None and not isinstance(value, allowed[name]):
            raise Refused(API_BODY, problem=f"Expected type {_names[allowed[name]]} for property {name}")
    return given


def texts(given: Json, name: str) -> list[str]:
    """Read a list of texts."""
    value = given[name]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(API_BODY, problem=f"Expected type array of strings for property {name}")
    return [str(one) for one in value]


def page(name: str, items: list[Json], per_page: int = 50) -> Response:
    """Answer one page of a list: an array, or with `include_totals` an object that counts."""
    return page_of(name, items, lambda item: item, per_page)


def page_of(name: str, items: Sequence[T], show: Callable[[T], Json], per_page: int = 50) -> Response:
    """Answer one page of a list; only what is on it is prepared to be shown."""
    size = number("per_page", per_page, 100)
    start = number("page", 0, 10_000) * size
    shown = [show(item) for item in items[start : start + size]]
    if request.args.get("include_totals") != "true":
        return jsonify(shown)
    return jsonify({"start": start, "limit": size, "length": len(shown), "total": len(items), name: shown})


def refuse_query(*names: str) -> None:
    """Refuse a filter that is not served, where leaving it out would answer too much."""
    for name in names:
        if name in request.args:
            raise Refused(API_QUERY, problem=f"Additional properties not allowed: {name}")


def number(name: str, default: int, most: int) -> int:
    """Read a whole number of the query, from 0."""
    given = request.args.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}", given, re.ASCII) or int(given) > most:
        raise Refused(API_QUERY, problem=f"Expected an integer from 0 to {most} for {name}")
    return int(given)


_names = {str: "string", bool: "boolean", dict: "object", list: "array"}
