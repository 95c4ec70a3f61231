"""Connections, and which applications may use them (contract, 7.5)."""

from __future__ import annotations

from typing import cast

from local_tenant.errors import CONNECTION_EXISTS, NO_SUCH_CONNECTION, Refused
from local_tenant.settings import Connection, new_id
from local_tenant.web.management import clients
from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.paging import CHECKPOINT, FIELDS, PAGED, Page
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

OPTIONS: Json = {"disable_self_service_change_password": False}
CHANGEABLE: dict[str, Shape] = {
    "options": anything(), "metadata": anything(), "realms": listing(text()), "is_domain_connection": flag(),
    "show_as_button": flag(), "display_name": text(most=128), "enabled_clients": listing(text()),
    "authentication": anything(), "connected_accounts": anything(),
}  # fmt: skip


def list_connections(asked: Asked) -> Page:
    """List them, all or those of a name or of kinds."""
    kinds = asked.query.get("strategy", "").split(",")
    found = [
        one
        for one in asked.tenant.settings.connections.values()
        if asked.query.get("name") in (None, one.name) and (kinds == [""] or one.strategy in kinds)
    ]
    return Page("connections", found, connection)


def show_connection(asked: Asked) -> Json:
    """Show one."""
    return connection(_find(asked))


def create_connection(asked: Asked) -> Json:
    """Make one; applications use it once it lists them."""
    given, connections = asked.body, asked.tenant.settings.connections
    if any(one.name == given["name"] for one in connections.values()):
        raise Refused(CONNECTION_EXISTS)
    made = Connection(new_id("con"), given["name"], given["strategy"])
    _update(made, given)
    connections[made.id] = made
    return connection(made)


def update_connection(asked: Asked) -> Json:
    """Change one; `options` are replaced as a whole."""
    found = _find(asked)
    _update(found, asked.body)
    return connection(found)


def delete_connection(asked: Asked) -> None:
    """Remove one, and everybody in it."""
    found = _find(asked)
    del asked.tenant.settings.connections[found.id]
    for person in [one for one in asked.tenant.store.people.values() if one.connection == found.name]:
        asked.tenant.people.delete(person.user_id)


def list_clients(asked: Asked) -> Page:
    """List the applications that may use one."""
    listed = [{"client_id": client_id} for client_id in _find(asked).enabled_clients]
    return Page("clients", listed, by_checkpoint=True)


def update_clients(asked: Asked) -> None:
    """Let applications use one, or no longer."""
    found = _find(asked)
    for one in cast("list[Json]", asked.given):
        clients.find(asked.tenant, one["client_id"])
    for one in cast("list[Json]", asked.given):
        others = [client_id for client_id in found.enabled_clients if client_id != one["client_id"]]
        found.enabled_clients = [*others, one["client_id"]] if one["status"] else others


def connection(one: Connection) -> Json:
    """A connection as the Management API shows one."""
    usual: Json = {
        "options": dict(OPTIONS),
        "realms": [one.name],
        "is_domain_connection": False,
        "show_as_button": False,
    }
    return usual | one.more | {
        "id": one.id, "name": one.name, "strategy": one.strategy, "enabled_clients": one.enabled_clients,
    }  # fmt: skip


def _find(asked: Asked) -> Connection:
    found = asked.tenant.settings.connections.get(asked.id)
    if found is None:
        raise Refused(NO_SUCH_CONNECTION)
    return found


def _update(one: Connection, given: Json) -> None:
    one.enabled_clients = list(given.get("enabled_clients", one.enabled_clients))
    one.more |= {name: given[name] for name in CHANGEABLE if name in given and name != "enabled_clients"}


CLIENTS = listing(
    record({"client_id": text(least=1), "status": flag()}, required=("client_id", "status")), least=1, most=50
)
ENDPOINTS = (
    Endpoint(
        "GET", "/connections", ("read:connections",), list_connections,
        query=record({**PAGED, **CHECKPOINT, **FIELDS, "strategy": text(), "name": text()}),
    ),
    Endpoint(
        "POST", "/connections", ("create:connections",), create_connection, "Create a connection",
        record(
            {**CHANGEABLE, "name": text(least=1, most=128), "strategy": text(least=1)}, required=("name", "strategy")
        ), status=201,
    ),
    Endpoint("GET", "/connections/{id}", ("read:connections",), show_connection, query=record(FIELDS)),
    Endpoint(
        "PATCH", "/connections/{id}", ("update:connections",), update_connection, "Update a connection",
        record(CHANGEABLE, least=1),
    ),
    Endpoint("DELETE", "/connections/{id}", ("delete:connections",), delete_connection, "Delete a connection"),
    Endpoint(
        "GET", "/connections/{id}/clients", ("read:connections",), list_clients, query=record(CHECKPOINT)
    ),
    Endpoint(
        "PATCH", "/connections/{id}/clients", ("update:connections",), update_clients,
        "Update enabled clients for a connection", CLIENTS, status=204,
    ),
)  # fmt: skip
