"""What the operator configures: factors, applications, the tenant's settings (contract, 7.4 and 7.5)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from local_tenant.errors import API_BODY, CLIENT_MISSING, FACTOR_MISSING, Refused
from local_tenant.rules.applications import Application
from local_tenant.rules.factors import NAMES
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import APP_TYPES, AUTH_METHODS
from local_tenant.web.management_reading import Enter, Json, body, page, texts

LISTS = ("grant_types", "callbacks", "allowed_origins", "web_origins")
PROPERTIES: dict[str, type] = {
    "name": str, "description": str, "app_type": str, "token_endpoint_auth_method": str, "client_metadata": dict,
    **dict.fromkeys(LISTS, list),
}  # fmt: skip


def add(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    """Add `/guardian/…`, `/clients…` and `/tenants/settings`."""

    @routes.get("/guardian/factors")
    def list_factors() -> Response:
        enter("read:guardian_factors")
        return jsonify(
            [{"name": name, "enabled": tenant.store.factors[name], "trial_expired": False} for name in NAMES]
        )

    @routes.put("/guardian/factors/<name>")
    def set_factor(name: str) -> Response:
        enter("update:guardian_factors")
        if name not in NAMES:
            raise Refused(FACTOR_MISSING)
        tenant.store.factors[name] = bool(body({"enabled": bool}, required=("enabled",))["enabled"])
        tenant.log.add("gd_tenant_update")
        return jsonify(enabled=tenant.store.factors[name])

    @routes.get("/guardian/policies")
    def show_policies() -> Response:
        enter("read:mfa_policies")
        return jsonify([] if tenant.store.policy == "never" else [tenant.store.policy])

    @routes.get("/tenants/settings")
    def show_settings() -> Response:
        enter("read:tenant_settings")
        return jsonify(friendly_name=tenant.configuration.friendly_name, flags={}, session_lifetime=168)

    _add_clients(routes, tenant, enter)


def _add_clients(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    readers = ("read:clients", "read:client_keys", "read:client_summary")

    @routes.get("/clients")
    def list_clients() -> Response:
        scopes = enter(*readers)
        return page("clients", [client(one, scopes) for one in tenant.store.applications.values()])

    @routes.get("/clients/<client_id>")
    def show_client(client_id: str) -> Response:
        scopes = enter(*readers)
        return jsonify(client(_find(tenant, client_id), scopes))

    @routes.patch("/clients/<client_id>")
    def update_client(client_id: str) -> Response:
        scopes = enter("update:clients", "update:client_keys")
        application = _find(tenant, client_id)
        _update(application, body(PROPERTIES))
        return jsonify(client(application, scopes))


def client(application: Application, scopes: frozenset[str]) -> Json:
    """A client as the Management API shows one; the secret only to who may read client keys."""
    shown: Json = {
        "client_id": application.client_id,
        "name": application.name,
        "description": application.description,
        "app_type": application.app_type,
        "token_endpoint_auth_method": None if application.public_key else application.token_endpoint_auth_method,
        "is_first_party": application.is_first_party,
        "oidc_conformant": True,
        "global": False,
        "client_metadata": application.client_metadata,
        "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36_000},
    }
    shown |= {name: getattr(application, name) for name in LISTS}
    if "read:client_keys" in scopes and application.client_secret is not None:
        shown["client_secret"] = application.client_secret
    return shown


def _find(tenant: Tenant, client_id: str) -> Application:
    if client_id not in tenant.store.applications:
        raise Refused(CLIENT_MISSING)
    return tenant.store.applications[client_id]


def _update(application: Application, given: Json) -> None:
    for name, choices in (("app_type", APP_TYPES), ("token_endpoint_auth_method", AUTH_METHODS)):
        if given.get(name) is not None and given[name] not in choices:
            raise Refused(API_BODY, problem=f"No enum match for: {given[name]}")
    lists = {name: texts(given, name) for name in LISTS if given.get(name) is not None}
    for name in ("name", "description", "app_type", "token_endpoint_auth_method"):
        if given.get(name) is not None:
            setattr(application, name, given[name])
    for name, values in lists.items():
        setattr(application, name, values)
    metadata = given.get("client_metadata")
    if isinstance(metadata, dict):
        merged = application.client_metadata | metadata
        application.client_metadata = {key: str(value) for key, value in merged.items() if value is not None}
