"""Connections, and the applications for which they are enabled (AF-APP-02)."""

from __future__ import annotations

from operator import attrgetter
from typing import cast

from local_tenant.errors import CONNECTION_EXISTS, NO_SUCH_CONNECTION, Refused
from local_tenant.settings import Connection, new_id
from local_tenant.web.management import clients
from local_tenant.web.management.endpoint import CHECKPOINT, FIELDS, PAGED, ApiCall, Endpoint, Json, Page
from local_tenant.web.management.resource import Resource
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

CHANGEABLE: dict[str, Shape] = {
    "options": anything(), "metadata": anything(), "realms": listing(text()), "is_domain_connection": flag(),
    "show_as_button": flag(), "display_name": text(most=128), "enabled_clients": listing(text()),
    "authentication": anything(), "connected_accounts": anything(),
}  # fmt: skip


def _found(call: ApiCall) -> list[Connection]:
    """Return all connections, or those of a name or of strategies."""
    name, kinds = call.query.get("name"), call.query.get("strategy", "").split(",")
    found = call.tenant.settings.connections.values()
    return [one for one in found if name in (None, one.name) and (kinds == [""] or one.strategy in kinds)]


def _make(call: ApiCall) -> Connection:
    """Make a connection. Raises Refused for a taken name."""
    given = call.body
    if any(one.name == given["name"] for one in call.tenant.settings.connections.values()):
        raise Refused(CONNECTION_EXISTS)
    made = Connection(new_id("con"), given["name"], given["strategy"])
    _change(call, made)
    return made


def _change(call: ApiCall, one: Connection) -> None:
    """Change a connection; `options` are replaced as a whole."""
    given = call.body
    one.enabled_clients = list(given.pop("enabled_clients", one.enabled_clients))
    one.more |= {name: value for name, value in given.items() if name in CHANGEABLE}


def _leave(call: ApiCall, one: Connection) -> None:
    """Delete the connection's users too."""
    for user in [user for user in call.tenant.store.users.values() if user.connection == one.name]:
        call.tenant.users.delete(user.user_id)


def _shown(call: ApiCall, one: Connection) -> Json:
    usual: Json = {
        "options": {"disable_self_service_change_password": False}, "realms": [one.name],
        "is_domain_connection": False, "show_as_button": False,
    }  # fmt: skip
    return usual | one.more | {
        "id": one.id, "name": one.name, "strategy": one.strategy, "enabled_clients": one.enabled_clients,
    }  # fmt: skip


CONNECTIONS: Resource[Connection] = Resource(
    path="/connections", scope="connections", noun="a connection", missing=NO_SUCH_CONNECTION,
    stored=lambda tenant: tenant.settings.connections, key=attrgetter("id"),
    query={**PAGED, **CHECKPOINT, **FIELDS, "strategy": text(), "name": text()}, found=_found,
    new=record({**CHANGEABLE, "name": text(least=1, most=128), "strategy": text(least=1)},
               required=("name", "strategy")), make=_make,
    changes=CHANGEABLE, change=_change, leave=_leave, show=_shown,
)  # fmt: skip


def list_clients(call: ApiCall) -> Page:
    """List the applications for which a connection is enabled."""
    listed = [{"client_id": client_id} for client_id in CONNECTIONS.find(call).enabled_clients]
    return Page("clients", listed, by_checkpoint=True)


def update_clients(call: ApiCall) -> None:
    """Enable or disable a connection for applications: for all of the request or none."""
    found, changes = CONNECTIONS.find(call), cast("list[Json]", call.given)
    for one in changes:
        clients.find(call.tenant, one["client_id"])
    for one in changes:
        others = [client_id for client_id in found.enabled_clients if client_id != one["client_id"]]
        found.enabled_clients = [*others, one["client_id"]] if one["status"] else others


CLIENTS = listing(
    record({"client_id": text(least=1), "status": flag()}, required=("client_id", "status")), least=1, most=50
)
ENDPOINTS = (
    *CONNECTIONS.endpoints(),
    Endpoint("GET", "/connections/{id}/clients", ("read:connections",), list_clients, query=record(CHECKPOINT)),
    Endpoint(
        "PATCH", "/connections/{id}/clients", ("update:connections",), update_clients,
        "Update enabled clients for a connection", CLIENTS, status=204,
    ),
)  # fmt: skip
