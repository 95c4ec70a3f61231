"""The endpoints of the Management API, and the smallest request that each of them reads."""

from __future__ import annotations

from local_tenant.web.management import ENDPOINTS
from local_tenant.web.management.endpoint import Endpoint
from tests.tenant.in_process import DEFAULT

EVERY = {(one.method, one.path): one for one in ENDPOINTS}
UNIFIED = 'phone_experience = "unified"\n' + DEFAULT
"""A tenant file with the unified phone experience."""


def filled(endpoint: Endpoint) -> dict[str, str]:
    """Return a value for each blank of a path; no object has it."""
    return dict.fromkeys(("id", "method_id", "name", "provider"), "nothing")


def body_of(endpoint: Endpoint) -> object:
    """Return the smallest body of the declared shape."""
    return None if endpoint.body is None else least(dict(endpoint.body))


def least(shape: dict[str, object]) -> object:
    match shape["type"]:
        case "object":
            properties: dict[str, dict[str, object]] = shape["properties"]  # type: ignore[assignment]
            needed = list(shape["required"]) or list(properties)[: int(shape["minProperties"])]  # type: ignore[call-overload]
            return {name: least(properties[name]) for name in needed}
        case "array":
            return [least(shape["items"]) for _ in range(int(shape["minItems"]))]  # type: ignore[arg-type, call-overload]
        case "boolean":
            return True
        case "integer":
            return shape["minimum"]
    if shape["enum"]:
        return shape["enum"][0]  # type: ignore[index]
    return "a@example.test" if shape["format"] == "email" else "+15550000000"
