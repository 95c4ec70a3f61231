"""The Management API v2 (contract, 7)."""

from __future__ import annotations

from flask import Blueprint, request

from local_tenant.errors import API_HEADER_BAD, API_HEADER_MISSING, Refused
from local_tenant.tenant import Tenant
from local_tenant.web import management_blocks, management_configuration, management_logs, management_users


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the paths under `/api/v2/`."""
    routes = Blueprint("management", __name__, url_prefix="/api/v2")

    def enter(*scopes: str) -> frozenset[str]:
        return tenant.operator_view.enter(_token(), scopes)

    management_users.add(routes, tenant, enter)
    management_configuration.add(routes, tenant, enter)
    management_blocks.add(routes, tenant, enter)
    management_logs.add(routes, tenant, enter)
    return routes


def _token() -> str:
    header = request.headers.get("Authorization")
    if not header:
        raise Refused(API_HEADER_MISSING)
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise Refused(API_HEADER_BAD)
    return value.strip()
