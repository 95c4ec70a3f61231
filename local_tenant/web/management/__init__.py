"""The Management API v2 (AF-MGMT-02, AF-MGMT-04): a table of endpoints, and their common handling."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response, request

from local_tenant.errors import API_HEADER_BAD, API_HEADER_MISSING, Refused
from local_tenant.request_context import current_caller
from local_tenant.tenant import Tenant
from local_tenant.web.management import (
    actions,
    apis,
    clients,
    connections,
    factors,
    logs,
    phone,
    sessions,
    tenant_wide,
    users,
)
from local_tenant.web.management.endpoint import Endpoint, Page, only_fields

RESOURCES = (users, factors, sessions, tenant_wide, phone, clients, apis, connections, actions, logs)
ENDPOINTS = tuple(endpoint for resource in RESOURCES for endpoint in resource.ENDPOINTS)
"""Every endpoint, declared in the module of its resource."""


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the routes under `/api/v2/`."""
    routes = Blueprint("management", __name__, url_prefix="/api/v2")
    for endpoint in ENDPOINTS:
        rule = endpoint.path.replace("{", "<").replace("}", ">")
        name = f"{endpoint.method} {endpoint.path}".replace(".", "_")
        routes.add_url_rule(rule, name, _view(tenant, endpoint), methods=[endpoint.method])
    return routes


def _view(tenant: Tenant, endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        administrator = tenant.management_api.authorize(_token(), endpoint.scopes)
        current_caller().client_id = administrator.client_id
        call = endpoint.read(tenant, administrator.scopes, path)
        met = endpoint.handle(call)
        answer = met.cut(call.query) if isinstance(met, Page) else met
        if isinstance(answer, dict) and not isinstance(met, Page):
            answer = only_fields(answer, call.query)
        if endpoint.log_description:
            # No user id: a user's events are their own actions, and the path names the user.
            details = tenant.events.api_call(administrator, request.query_string.decode("ascii", "replace"), call.given)
            tenant.log.add("sapi", description=endpoint.log_description, more=details)
        return make_response("", 204) if answer is None else make_response(jsonify(answer), endpoint.status)

    return view


def _token() -> str:
    header = request.headers.get("Authorization")
    if not header:
        raise Refused(API_HEADER_MISSING)
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Refused(API_HEADER_BAD)
    return value.strip()
