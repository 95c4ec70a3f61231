"""Reading requests of the control API: every mistake is told in one clear line."""

from __future__ import annotations

import math

from flask import request

from local_tenant.web.reading import json_object

Json = dict[str, object]


class BadOrder(ValueError):
    """The control API was asked wrongly; the message says what was expected."""


def body(*keys: str) -> Json:
    """Read a JSON object with no other keys than these; an empty body is an empty object."""
    given = json_object() if request.get_data() else {}
    if given is None:
        raise BadOrder("expected a JSON object")
    for key in given:
        if key not in keys:
            only = "the only key is" if len(keys) == 1 else "the keys are"
            raise BadOrder(f"{key!r} is not known; {only} {', '.join(map(repr, keys))}")
    return given


def number(given: Json, key: str, least: float, most: float) -> float:
    """Read a number from `least` to `most`."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadOrder(f"{key}: expected a number")
    if not least <= value <= most:
        raise BadOrder(f"{key}: expected {least:g} to {most:g}")
    return float(value)


def whole(given: Json, key: str, least: int, most: int) -> int:
    """Read a whole number from `least` to `most`."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadOrder(f"{key}: expected a whole number from {least} to {most}")
    return value
