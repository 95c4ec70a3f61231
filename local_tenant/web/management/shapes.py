"""Schemas of bodies and queries (a part of JSON Schema), and the first problem of a value in Auth0's words.

Facts: AF-MGMT-07. A library's messages would each need a translation into Auth0's, which is longer than these types.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from local_tenant.rules.users import EMAIL_ADDRESS

Shape = Mapping[str, Any]
LONGEST = 8_192
"""The longest string, where a schema names no other length."""


def text(*, least: int = 0, most: int = LONGEST, one_of: Collection[str] = (), form: str = "") -> Shape:
    """Return the schema of a string: its length, its values, or its format (`email`, `uri`)."""
    return {"type": "string", "minLength": least, "maxLength": most, "enum": tuple(one_of), "format": form}


def flag() -> Shape:
    """Return the schema of a boolean."""
    return {"type": "boolean"}


def whole(least: int = 0, most: int = 2**53) -> Shape:
    """Return the schema of an integer."""
    return {"type": "integer", "minimum": least, "maximum": most}


def listing(items: Shape, *, least: int = 0, most: int = 1_000) -> Shape:
    """Return the schema of an array."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def record(
    properties: Mapping[str, Shape] | None = None, *, required: Collection[str] = (), least: int = 0, more: bool = False
) -> Shape:
    """Return the schema of an object with these properties, and others only with `more`."""
    return {
        "type": "object", "properties": properties or {}, "required": tuple(required), "minProperties": least,
        "additionalProperties": more,
    }  # fmt: skip


def anything() -> Shape:
    """Return the schema of an object with any properties, which the tenant keeps without effect."""
    return record(more=True)


def problem_with(value: object, shape: Shape, path: str = "") -> str | None:
    """Return the first problem, such as `'Expected type …' on property a.b`, or None. Null counts as missing."""
    found = _kind(value)
    wanted = shape["type"]
    if found != wanted and not (wanted == "number" and found == "integer"):
        return _at(f"Expected type {wanted} but found type {found}", path)
    match wanted:
        case "string":
            return _of_text(str(value), shape, path)
        case "integer" | "number":
            return _of_number(value, shape, path)
        case "array":
            return _of_list(value, shape, path)
        case "object":
            return _of_record(value, shape, path)
    return None


def _of_text(value: str, shape: Shape, path: str) -> str | None:
    if len(value) < shape["minLength"]:
        return _at(f"String is too short ({len(value)} chars), minimum {shape['minLength']}", path)
    if len(value) > shape["maxLength"]:
        return _at(f"String is too long ({len(value)} chars), maximum {shape['maxLength']}", path)
    if shape["enum"] and value not in shape["enum"]:
        return _at(f"No enum match for: {value}", path)
    if shape["format"] and not _has_form(value, shape["format"]):
        return _at(f"Object didn't pass validation for format {shape['format']}: {value}", path)
    return None


def _of_number(value: Any, shape: Shape, path: str) -> str | None:
    if value < shape["minimum"]:
        return _at(f"Value {value} is less than minimum {shape['minimum']}", path)
    if value > shape["maximum"]:
        return _at(f"Value {value} is greater than maximum {shape['maximum']}", path)
    return None


def _of_list(value: Any, shape: Shape, path: str) -> str | None:
    if len(value) < shape["minItems"]:
        return _at(f"Array is too short ({len(value)}), minimum {shape['minItems']}", path)
    if len(value) > shape["maxItems"]:
        return _at(f"Array is too long ({len(value)}), maximum {shape['maxItems']}", path)
    problems = (problem_with(one, shape["items"], f"{path}.{at}" if path else str(at)) for at, one in enumerate(value))
    return next((problem for problem in problems if problem), None)


def _of_record(value: Any, shape: Shape, path: str) -> str | None:
    for name in shape["required"]:
        if name not in value:
            return _at(f"Missing required property: {name}", path)
    if len(value) < shape["minProperties"]:
        return _at(f"Too few properties defined ({len(value)}), minimum {shape['minProperties']}", path)
    for name, inner in value.items():
        if name in shape["properties"]:
            if inner is None and name not in shape["required"]:
                continue
            if problem := problem_with(inner, shape["properties"][name], f"{path}.{name}" if path else name):
                return problem
        elif not shape["additionalProperties"]:
            return _at(f"Additional properties not allowed: {name}", path)
    return None


def _at(problem: str, path: str) -> str:
    return f"'{problem}' on property {path}" if path else f"'{problem}'"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _has_form(value: str, form: str) -> bool:
    if form == "email":
        return EMAIL_ADDRESS.fullmatch(value) is not None
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))
