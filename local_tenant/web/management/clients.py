"""Clients: the tenant's applications (AF-APP-01, AF-APP-08, AF-CLIENT-11)."""

from __future__ import annotations

import secrets
from operator import attrgetter

from local_tenant.errors import API_BODY, CLIENT_MISSING, Refused
from local_tenant.keys import alphanumeric
from local_tenant.model import Application
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import APP_TYPES, AUTH_METHODS
from local_tenant.web.management.endpoint import CHECKPOINT, FIELDS, PAGED, ApiCall, Endpoint, Json
from local_tenant.web.management.resource import Resource
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

READERS = ("read:clients", "read:client_keys", "read:client_summary")
LISTS = ("grant_types", "callbacks", "allowed_origins", "web_origins")
ACTING = ("is_first_party", "allowed_logout_urls", "skip_non_verifiable_callback_uri_confirmation_prompt")
"""Properties that are fields of `Application`."""
SUMMARY = ("client_id", "name", "app_type", "logo_uri", "is_first_party")
KEPT: dict[str, Shape] = {
    "logo_uri": text(), "is_first_party": flag(), "oidc_conformant": flag(), "cross_origin_authentication": flag(),
    "cross_origin_loc": text(), "sso": flag(), "sso_disabled": flag(), "custom_login_page_on": flag(),
    "custom_login_page": text(most=100_000), "initiate_login_uri": text(), "organization_usage": text(),
    "organization_require_behavior": text(), "require_pushed_authorization_requests": flag(),
    "require_proof_of_possession": flag(), "compliance_level": text(), "allowed_logout_urls": listing(text()),
    "client_aliases": listing(text()), "jwt_configuration": anything(), "refresh_token": anything(),
    "oidc_logout": anything(), "native_social_login": anything(), "mobile": anything(), "addons": anything(),
    "encryption_key": anything(), "signed_request_object": anything(), "default_organization": anything(),
    "client_authentication_methods": anything(), "session_transfer": anything(), "token_exchange": anything(),
    "form_template": text(most=100_000), "is_token_endpoint_ip_header_trusted": flag(),
    "skip_non_verifiable_callback_uri_confirmation_prompt": flag(),
}  # fmt: skip
"""Properties that are kept and shown; rules read those that have an effect."""
CHANGEABLE: dict[str, Shape] = {
    "name": text(least=1), "description": text(most=140), "app_type": text(one_of=APP_TYPES),
    "token_endpoint_auth_method": text(one_of=AUTH_METHODS), "client_metadata": anything(),
    "client_secret": text(least=16), **dict.fromkeys(LISTS, listing(text())), **KEPT,
}  # fmt: skip
DEFAULTS: Json = {
    "oidc_conformant": True, "sso_disabled": False, "cross_origin_authentication": False,
    "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36_000},
    "refresh_token": {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0},
}  # fmt: skip
GRANTS_BY_TYPE = {"non_interactive": ["client_credentials"]}
USUAL_GRANTS = ["authorization_code", "implicit", "refresh_token", "client_credentials"]


def _found(call: ApiCall) -> list[Application]:
    """Return all applications, or those of some types."""
    wanted = call.query.get("app_type", "").split(",") if "app_type" in call.query else APP_TYPES
    found = [] if call.query.get("is_global") else list(call.tenant.store.applications.values())
    first = call.query.get("is_first_party")
    return [one for one in found if one.app_type in wanted and first in (None, one.is_first_party)]


def _make(call: ApiCall) -> Application:
    """Make an application; no connection is enabled for it yet."""
    given = call.body
    app_type = given.get("app_type", "regular_web")
    method = given.get("token_endpoint_auth_method", "none" if app_type in ("spa", "native") else "client_secret_post")
    made = Application(
        client_id=alphanumeric(32), client_secret=secrets.token_urlsafe(48), name=given["name"], app_type=app_type,
        token_endpoint_auth_method=method, grant_types=list(GRANTS_BY_TYPE.get(app_type, USUAL_GRANTS)),
    )  # fmt: skip
    _update(made, given)
    return made


def _change(call: ApiCall, application: Application) -> None:
    """Change an application; a secret needs the scope `update:client_keys`."""
    if "client_secret" in call.body and "update:client_keys" not in call.scopes:
        raise Refused(API_BODY, problem="'Additional properties not allowed: client_secret'")
    _update(application, call.body)


def _leave(call: ApiCall, application: Application) -> None:
    """Delete its client grants and its place in connections too."""
    settings, client_id = call.tenant.settings, application.client_id
    for one in settings.connections.values():
        one.enabled_clients = [each for each in one.enabled_clients if each != client_id]
    settings.client_grants = {k: v for k, v in settings.client_grants.items() if v["client_id"] != client_id}


def rotate_secret(call: ApiCall) -> Json:
    """Replace the secret; the former one is invalid at once."""
    application = CLIENTS.find(call)
    application.client_secret = secrets.token_urlsafe(48)
    return _shown_with_secret(call, application)


def _shown(call: ApiCall, application: Application) -> Json:
    return client(application, call.scopes)


def _shown_with_secret(call: ApiCall, application: Application) -> Json:
    return client(application, call.scopes | {"read:client_keys"})


def client(application: Application, scopes: frozenset[str]) -> Json:
    """Return a client as the Management API shows it; the secret only with the scope `read:client_keys`."""
    shown: Json = DEFAULTS | {
        "client_id": application.client_id,
        "name": application.name,
        "description": application.description,
        "app_type": application.app_type,
        "token_endpoint_auth_method": None if application.public_key else application.token_endpoint_auth_method,
        "global": False,
        "client_metadata": application.client_metadata,
    }
    shown |= {name: getattr(application, name) for name in (*LISTS, *ACTING)}
    shown |= {name: value for name, value in application.more.items() if name in KEPT}
    if not scopes & {"read:clients", "read:client_keys", "create:clients", "update:clients"}:
        return {name: shown[name] for name in SUMMARY if name in shown}
    if "read:client_keys" in scopes and application.client_secret is not None:
        shown["client_secret"] = application.client_secret
    return shown


def find(tenant: Tenant, client_id: str) -> Application:
    """Return an application. Raises Refused: 404 `inexistent_client`."""
    if client_id not in tenant.store.applications:
        raise Refused(CLIENT_MISSING)
    return tenant.store.applications[client_id]


def _update(application: Application, given: Json) -> None:
    for name, value in given.items():
        if name == "client_metadata":
            merged = application.client_metadata | value
            application.client_metadata = {key: str(one) for key, one in merged.items() if one is not None}
        elif name in KEPT and name not in ACTING:
            application.more[name] = value
        else:
            setattr(application, name, list(value) if name in LISTS else value)
    needs_none = application.token_endpoint_auth_method == "none" or application.public_key is not None
    if not needs_none and application.client_secret is None:
        application.client_secret = secrets.token_urlsafe(48)


CLIENTS: Resource[Application] = Resource(
    path="/clients", scope="clients", noun="a Client", missing=CLIENT_MISSING,
    stored=lambda tenant: tenant.store.applications, key=attrgetter("client_id"),
    read=READERS, update=("update:clients", "update:client_keys"), may_be_gone=True,
    query={**PAGED, **CHECKPOINT, **FIELDS, "is_global": flag(), "is_first_party": flag(), "app_type": text(),
           "q": text(), "external_client_id": text()}, found=_found,
    new=record(CHANGEABLE, required=("name",)), make=_make,
    changes=CHANGEABLE, change=_change, leave=_leave, show=_shown,
    show_new=_shown_with_secret,
)  # fmt: skip
ENDPOINTS = (
    *CLIENTS.endpoints(),
    Endpoint(
        "POST", "/clients/{id}/rotate-secret", ("update:client_keys",), rotate_secret, "Rotate a client secret"
    ),
)  # fmt: skip
