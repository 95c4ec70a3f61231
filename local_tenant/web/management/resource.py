"""A resource of the Management API as one declaration, with endpoints to list, show, create, update and delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

from local_tenant.errors import Refused, Row
from local_tenant.settings import Document
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import FIELDS, ApiCall, Endpoint, Json, Page
from local_tenant.web.management.shapes import Shape, record

T = TypeVar("T")


def _merge(call: ApiCall, found: Any) -> None:
    found |= call.body


def _nothing(call: ApiCall, found: Any) -> None:
    """Delete nothing else."""


@dataclass(frozen=True, kw_only=True)
class Resource(Generic[T]):
    """One kind of resource. Hooks are for resources that are more than a plain document."""

    path: str
    scope: str
    """The end of its scopes: `clients`, as in `read:clients`."""
    noun: str
    """The noun in the log's description: `a Client`, as in `Update a Client`."""
    stored: Callable[[Tenant], dict[str, T]]
    """The resources by id."""
    missing: Row
    make: Callable[[ApiCall], T]
    """Check and return a new one."""
    new: Shape
    changes: Mapping[str, Shape]
    query: Mapping[str, Shape]
    """The query of the list; with `fields`, one resource can be shown by fields too."""
    key: Callable[[Any], str] = itemgetter("id")
    also_known_by: str = ""
    """A property that identifies one beside its id."""
    found: Callable[[ApiCall], Sequence[T]] | None = None
    """The content of the list, in its order; by default everything."""
    change: Callable[[ApiCall, T], None] = _merge
    leave: Callable[[ApiCall, T], None] = _nothing
    """Refuse a deletion, or delete what depends on the resource."""
    remove: Callable[[ApiCall, T], None] | None = None
    """How one is deleted, where a rule does it."""
    hides: tuple[str, ...] = ()
    """Properties of a document that are never shown."""
    show: Callable[[ApiCall, T], Json] | None = None
    """How one is shown, where it is not a document."""
    show_new: Callable[[ApiCall, T], Json] | None = None
    """What is shown once, in the response to its creation."""
    named: str = ""
    """The name of the list; by default that of the scopes."""
    has_pages: bool = True
    always_counts: bool = False
    may_be_gone: bool = False
    """Whether the deletion of an unknown one succeeds."""
    create: str = "Create"
    read: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete_query: Mapping[str, Shape] | None = None

    def find(self, call: ApiCall) -> T:
        """Return the one that the path names. Raises Refused: 404."""
        stored = self.stored(call.tenant)
        if call.id in stored:
            return stored[call.id]
        if self.also_known_by:
            for one in stored.values():
                if cast("Json", one)[self.also_known_by] == call.id:
                    return one
        raise Refused(self.missing)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the five endpoints."""
        fields = {name: shape for name, shape in self.query.items() if name in FIELDS}
        read, update = self.read or (f"read:{self.scope}",), self.update or (f"update:{self.scope}",)
        create, delete, one = (f"create:{self.scope}",), (f"delete:{self.scope}",), self.path + "/{id}"
        return (
            Endpoint("GET", self.path, read, self._list, query=record(self.query)),
            Endpoint("POST", self.path, create, self._create, f"{self.create} {self.noun}", self.new, status=201),
            Endpoint("GET", one, read, self._show, query=record(fields)),
            Endpoint("PATCH", one, update, self._update, f"Update {self.noun}", record(self.changes, least=1)),
            Endpoint("DELETE", one, delete, self._delete, f"Delete {self.noun}", query=record(self.delete_query)),
        )

    def _list(self, call: ApiCall) -> object:
        found = list(self.stored(call.tenant).values()) if self.found is None else self.found(call)
        name = self.named or self.scope
        if not self.has_pages:
            return {name: [self._shown(call, one) for one in found]}
        return Page(name, found, lambda one: self._shown(call, one), always_counts=self.always_counts)

    def _create(self, call: ApiCall) -> Json:
        stored, made = self.stored(call.tenant), self.make(call)
        stored[self.key(made)] = made
        return self.show_new(call, made) if self.show_new else self._shown(call, made)

    def _show(self, call: ApiCall) -> Json:
        return self._shown(call, self.find(call))

    def _shown(self, call: ApiCall, one: T) -> Json:
        if self.show is not None:
            return self.show(call, one)
        return {name: value for name, value in cast("Json", one).items() if name not in self.hides}

    def _update(self, call: ApiCall) -> Json:
        found = self.find(call)
        self.change(call, found)
        return self._shown(call, found)

    def _delete(self, call: ApiCall) -> None:
        if self.may_be_gone and call.id not in self.stored(call.tenant):
            return
        found = self.find(call)
        if self.remove is not None:
            self.remove(call, found)
            return
        self.leave(call, found)
        del self.stored(call.tenant)[self.key(found)]


def document(
    path: str, scope: str, which: Callable[[Tenant], Document], shape: Mapping[str, Shape], does: str
) -> tuple[Endpoint, ...]:
    """Return two endpoints for one document; an update merges nested objects."""

    def show(call: ApiCall) -> Document:
        return which(call.tenant)

    def update(call: ApiCall) -> Document:
        _merge_deep(which(call.tenant), call.body)
        return which(call.tenant)

    return (
        Endpoint("GET", path, (f"read:{scope}",), show, query=record(FIELDS)),
        Endpoint("PATCH", path, (f"update:{scope}",), update, does, record(shape, least=1)),
    )


def _merge_deep(kept: Document, given: Document) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(kept.get(name), dict):
            _merge_deep(kept[name], value)
        else:
            kept[name] = value
