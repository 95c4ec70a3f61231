"""Every endpoint of the Management API: one row each, in the module of its resource."""

from __future__ import annotations

from local_tenant.web.management import (
    actions,
    apis,
    branding_phone,
    clients,
    connections,
    grants,
    guardian,
    logs,
    tenant_wide,
    user_factors,
    user_sessions,
    users,
)

ENDPOINTS = (
    *users.ENDPOINTS,
    *user_factors.ENDPOINTS,
    *user_sessions.ENDPOINTS,
    *guardian.ENDPOINTS,
    *clients.ENDPOINTS,
    *apis.ENDPOINTS,
    *connections.ENDPOINTS,
    *branding_phone.ENDPOINTS,
    *actions.ENDPOINTS,
    *grants.ENDPOINTS,
    *tenant_wide.ENDPOINTS,
    *logs.ENDPOINTS,
)
