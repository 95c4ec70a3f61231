"""Clients: the tenant's applications (contract, 7.5)."""

from __future__ import annotations

import secrets

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant.errors import API_BODY, CLIENT_MISSING, CREDENTIAL_MISSING, Refused
from local_tenant.rules.applications import Application, KeyPair
from local_tenant.sealed import alphanumeric
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import APP_TYPES, AUTH_METHODS
from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.paging import CHECKPOINT, FIELDS, PAGED, Page
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text

READERS = ("read:clients", "read:client_keys", "read:client_summary")
LISTS = ("grant_types", "callbacks", "allowed_origins", "web_origins")
ACTING = ("is_first_party", "allowed_logout_urls", "skip_non_verifiable_callback_uri_confirmation_prompt")
"""Properties that have a place of their own on an application."""
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
"""Properties that are kept and shown; what acts among them is read by the rules."""
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


def list_clients(asked: Asked) -> Page:
    """List them."""
    wanted = asked.query.get("app_type", "").split(",") if "app_type" in asked.query else APP_TYPES
    found = [] if asked.query.get("is_global") else list(asked.tenant.store.applications.values())
    first = asked.query.get("is_first_party")
    listed = [one for one in found if one.app_type in wanted and first in (None, one.is_first_party)]
    return Page("clients", listed, lambda one: client(one, asked.scopes))


def show_client(asked: Asked) -> Json:
    """Show one."""
    return client(find(asked.tenant, asked.id), asked.scopes)


def create_client(asked: Asked) -> Json:
    """Make one; no connection lists it yet, and its secret is shown to who may make one."""
    given = asked.body
    app_type = given.get("app_type", "regular_web")
    method = given.get("token_endpoint_auth_method", "none" if app_type in ("spa", "native") else "client_secret_post")
    made = Application(
        client_id=alphanumeric(32), client_secret=secrets.token_urlsafe(48), name=given["name"], app_type=app_type,
        token_endpoint_auth_method=method, grant_types=list(GRANTS_BY_TYPE.get(app_type, USUAL_GRANTS)),
    )  # fmt: skip
    _update(made, given)
    asked.tenant.store.applications[made.client_id] = made
    return client(made, asked.scopes | {"read:client_keys"})


def update_client(asked: Asked) -> Json:
    """Change one; its secret only by who may change keys."""
    application = find(asked.tenant, asked.id)
    if "client_secret" in asked.body and "update:client_keys" not in asked.scopes:
        raise Refused(API_BODY, problem="'Additional properties not allowed: client_secret'")
    _update(application, asked.body)
    return client(application, asked.scopes)


def delete_client(asked: Asked) -> None:
    """Remove one, and what names it: its grants, its place in connections. One that is gone already is deleted."""
    settings = asked.tenant.settings
    asked.tenant.store.applications.pop(asked.id, None)
    for one in settings.connections.values():
        one.enabled_clients = [client_id for client_id in one.enabled_clients if client_id != asked.id]
    settings.client_grants = {k: v for k, v in settings.client_grants.items() if v["client_id"] != asked.id}


def rotate_secret(asked: Asked) -> Json:
    """Another secret; the former one is worthless at once."""
    application = find(asked.tenant, asked.id)
    application.client_secret = secrets.token_urlsafe(48)
    return client(application, asked.scopes | {"read:client_keys"})


def list_credentials(asked: Asked) -> list[Json]:
    """The keys with which an application proves itself: here one at most."""
    return _credentials(find(asked.tenant, asked.id))


def create_credential(asked: Asked) -> Json:
    """Give an application a key: from now on it signs, and its secret is worth nothing."""
    application = find(asked.tenant, asked.id)
    try:
        key = RSAKey.import_key(asked.body["pem"]).as_pem(private=False).decode()
    except (JoseError, ValueError, TypeError) as reason:
        raise Refused(API_BODY, problem="'Object didn't pass validation for format pem' on property pem") from reason
    application.key, application.more["credential_name"] = KeyPair(key), asked.body.get("name", "")
    return _credentials(application)[0]


def show_credential(asked: Asked) -> Json:
    """Show one."""
    for one in _credentials(find(asked.tenant, asked.id)):
        if one["id"] == asked.path["credential"]:
            return one
    raise Refused(CREDENTIAL_MISSING)


def update_credential(asked: Asked) -> Json:
    """Say when the key ends; it is kept and shown, and the key goes on."""
    show_credential(asked)
    find(asked.tenant, asked.id).more["credential_expires_at"] = asked.body.get("expires_at")
    return show_credential(asked)


def delete_credential(asked: Asked) -> None:
    """Take the key away."""
    show_credential(asked)
    application = find(asked.tenant, asked.id)
    application.key = None
    application.more.pop("credential_expires_at", None)


def client(application: Application, scopes: frozenset[str]) -> Json:
    """A client as the Management API shows one; the secret only to who may read client keys."""
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
    """Return an application, or refuse: 404 `inexistent_client`."""
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


def _credentials(application: Application) -> list[Json]:
    if application.public_key is None:
        return []
    kid = RSAKey.import_key(application.public_key).thumbprint()
    return [
        {
            "id": f"cred_{kid[:22]}", "kid": kid, "alg": "RS256", "credential_type": "public_key",
            "name": application.more.get("credential_name", ""),
            "expires_at": application.more.get("credential_expires_at"),
        }
    ]  # fmt: skip


NEW_KEY = record(
    {
        "credential_type": text(one_of=("public_key",)), "name": text(), "pem": text(least=1),
        "alg": text(one_of=("RS256", "RS384", "PS256")), "kid": text(), "expires_at": text(),
        "parse_expiry_from_cert": flag(),
    },
    required=("credential_type", "pem"),
)  # fmt: skip
CREDENTIALS = "/clients/{id}/credentials"
ENDPOINTS = (
    Endpoint(
        "GET", "/clients", READERS, list_clients,
        query=record({
            **PAGED, **CHECKPOINT, **FIELDS, "is_global": flag(), "is_first_party": flag(), "app_type": text(),
            "q": text(), "external_client_id": text(),
        }),
    ),
    Endpoint(
        "POST", "/clients", ("create:clients",), create_client, "Create a Client",
        record(CHANGEABLE, required=("name",)), status=201,
    ),
    Endpoint("GET", "/clients/{id}", READERS, show_client, query=record(FIELDS)),
    Endpoint(
        "PATCH", "/clients/{id}", ("update:clients", "update:client_keys"), update_client, "Update a Client",
        record(CHANGEABLE, least=1),
    ),
    Endpoint("DELETE", "/clients/{id}", ("delete:clients",), delete_client, "Delete a Client"),
    Endpoint(
        "POST", "/clients/{id}/rotate-secret", ("update:client_keys",), rotate_secret, "Rotate a client secret"
    ),
    Endpoint("GET", CREDENTIALS, ("read:client_credentials",), list_credentials),
    Endpoint(
        "POST", CREDENTIALS, ("create:client_credentials",), create_credential, "Create a Client Credential", NEW_KEY,
        status=201,
    ),
    Endpoint("GET", CREDENTIALS + "/{credential}", ("read:client_credentials",), show_credential),
    Endpoint(
        "PATCH", CREDENTIALS + "/{credential}", ("update:client_credentials",), update_credential,
        "Update a Client Credential", record({"expires_at": text()}),
    ),
    Endpoint(
        "DELETE", CREDENTIALS + "/{credential}", ("delete:client_credentials",), delete_credential,
        "Delete a Client Credential",
    ),
)  # fmt: skip
