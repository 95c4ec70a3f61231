"""An endpoint of the Management API as one row: what is asked, who may, what is read, who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import request

from local_tenant.errors import API_BODY, API_QUERY, Refused
from local_tenant.tenant import Tenant
from local_tenant.web.management.shapes import Shape, problem_with, record
from local_tenant.web.reading import json_value

Json = dict[str, Any]
WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came through the door: read, and of the declared shape."""

    tenant: Tenant
    scopes: frozenset[str]
    path: Mapping[str, str]
    query: Json
    given: object = None
    """The body, where the endpoint takes one."""

    @property
    def body(self) -> Json:
        """The body, where that is an object; what is null was not given."""
        return {name: value for name, value in cast("Json", self.given).items() if value is not None}

    @property
    def id(self) -> str:
        """The one that the path names."""
        return self.path["id"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table. An answer of None is 204; a `Page` is cut to what the query wants."""

    method: str
    path: str
    """As `/users/{id}`."""
    scopes: tuple[str, ...]
    """Any one of them opens it."""
    answer: Callable[[Asked], object]
    does: str = ""
    """What the log calls the change; empty for those that only look."""
    body: Shape | None = None
    query: Shape = field(default_factory=record)
    status: int = 200

    def read(self, tenant: Tenant, scopes: frozenset[str], path: Mapping[str, str]) -> Asked:
        """Read query and body, or refuse: 400 `invalid_query_string`, `invalid_body`."""
        query = self._query()
        return Asked(tenant, scopes, path, query, None if self.body is None else self._body(self.body))

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
    """A query has texts only; what looks like a number or a truth is one, where one is wanted."""
    wanted = shape["type"] if shape is not None else "string"
    if wanted == "integer" and WHOLE.fullmatch(value):
        return int(value)
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
