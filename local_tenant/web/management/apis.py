"""APIs (resource servers), and which programs may ask for their tokens (client grants) (contract, 7.5)."""

from __future__ import annotations

from local_tenant.errors import (
    API_BODY,
    CLIENT_GRANT_MISSING,
    GRANT_EXISTS,
    RESOURCE_SERVER_EXISTS,
    RESOURCE_SERVER_MISSING,
    Refused,
)
from local_tenant.settings import Document, client_grant, new_id
from local_tenant.web.management import clients
from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.paging import CHECKPOINT, FIELDS, PAGED, Page
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text, whole

SCOPES = listing(record({"value": text(least=1, most=280), "description": text(most=500)}, required=("value",)))
API: dict[str, Shape] = {
    "name": text(least=1, most=200), "scopes": SCOPES, "signing_alg": text(one_of=("HS256", "RS256", "RS512", "PS256")),
    "signing_secret": text(least=16), "allow_offline_access": flag(), "token_lifetime": whole(0, 2_592_000),
    "token_lifetime_for_web": whole(0, 2_592_000), "token_dialect": text(), "enforce_policies": flag(),
    "skip_consent_for_verifiable_first_party_clients": flag(), "consent_policy": text(), "authorization_details":
    listing(anything()), "token_encryption": anything(), "proof_of_possession": anything(),
    "subject_type_authorization": anything(),
}  # fmt: skip
DEFAULTS: Document = {
    "is_system": False, "scopes": [], "signing_alg": "RS256", "allow_offline_access": False, "token_lifetime": 86_400,
    "token_lifetime_for_web": 7200, "skip_consent_for_verifiable_first_party_clients": True,
    "subject_type_authorization": {"user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"}},
}  # fmt: skip
SECRETS = ("signing_secret",)


def list_apis(asked: Asked) -> Page:
    """List them, the Management API among them; or the one of an identifier."""
    wanted, found = asked.query.get("identifiers"), asked.tenant.settings.resource_servers.values()
    return Page("resource_servers", [one for one in found if wanted in (None, one["identifier"])], _shown)


def show_api(asked: Asked) -> Json:
    """Show one, by its id or its identifier."""
    return _shown(_api(asked))


def create_api(asked: Asked) -> Json:
    """Make one; its audience is known from now on."""
    given, servers = asked.body, asked.tenant.settings.resource_servers
    if any(one["identifier"] == given["identifier"] for one in servers.values()):
        raise Refused(RESOURCE_SERVER_EXISTS)
    made: Document = DEFAULTS | {"id": new_id("api"), "name": given["identifier"]} | given
    servers[made["id"]] = made
    return _shown(made)


def update_api(asked: Asked) -> Json:
    """Change one; the vendor's own is not changed."""
    found = _changeable(asked)
    found |= asked.body
    return _shown(found)


def delete_api(asked: Asked) -> None:
    """Remove one, and the grants that name it."""
    settings, found = asked.tenant.settings, _changeable(asked)
    del settings.resource_servers[found["id"]]
    kept = {k: v for k, v in settings.client_grants.items() if v["audience"] != found["identifier"]}
    settings.client_grants = kept


def list_grants(asked: Asked) -> Page:
    """List them, all or those of one program or one API."""
    found = list(asked.tenant.settings.client_grants.values())
    for name in ("client_id", "audience", "subject_type"):
        found = [one for one in found if asked.query.get(name) in (None, one[name])]
    return Page("client_grants", found)


def create_grant(asked: Asked) -> Json:
    """Let a program ask for an API's tokens."""
    given, settings = asked.body, asked.tenant.settings
    clients.find(asked.tenant, given["client_id"])
    if not any(one["identifier"] == given["audience"] for one in settings.resource_servers.values()):
        raise Refused(RESOURCE_SERVER_MISSING)
    same = (given["client_id"], given["audience"])
    if same in [(one["client_id"], one["audience"]) for one in settings.client_grants.values()]:
        raise Refused(GRANT_EXISTS)
    made = client_grant(*same, given.get("scope", [])) | {"subject_type": given.get("subject_type", "client")}
    settings.client_grants[made["id"]] = made
    return made


def show_grant(asked: Asked) -> Json:
    """Show one."""
    return _grant(asked)


def update_grant(asked: Asked) -> Json:
    """Replace what is granted; tokens issued before keep what they have."""
    found = _grant(asked)
    found |= asked.body
    return found


def delete_grant(asked: Asked) -> None:
    """Take a grant away."""
    del asked.tenant.settings.client_grants[_grant(asked)["id"]]


def _shown(api: Document) -> Json:
    return {name: value for name, value in api.items() if name not in SECRETS}


def _api(asked: Asked) -> Document:
    for one in asked.tenant.settings.resource_servers.values():
        if asked.id in (one["id"], one["identifier"]):
            return one
    raise Refused(RESOURCE_SERVER_MISSING)


def _changeable(asked: Asked) -> Document:
    found = _api(asked)
    if found["is_system"]:
        name = next(iter(asked.body), "name") if asked.given is not None else "id"
        raise Refused(API_BODY, problem=f"'Additional properties not allowed: {name}'")
    return found


def _grant(asked: Asked) -> Document:
    found = asked.tenant.settings.client_grants.get(asked.id)
    if found is None:
        raise Refused(CLIENT_GRANT_MISSING)
    return found


GRANT: dict[str, Shape] = {
    "scope": listing(text(least=1)), "organization_usage": text(), "allow_any_organization": flag(),
    "authorization_details_types": listing(text()), "allow_all_scopes": flag(),
}  # fmt: skip
NEW_GRANT = record(
    {**GRANT, "client_id": text(least=1), "audience": text(least=1), "subject_type": text(one_of=("client", "user"))},
    required=("client_id", "audience"),
)  # fmt: skip
GRANT_QUERY = record(
    {
        **PAGED, **CHECKPOINT, "client_id": text(), "audience": text(), "subject_type": text(),
        "allow_any_organization": flag(),
    }
)  # fmt: skip
SERVERS, GRANTS = "/resource-servers", "/client-grants"
ENDPOINTS = (
    Endpoint(
        "GET", SERVERS, ("read:resource_servers",), list_apis,
        query=record({**PAGED, **CHECKPOINT, **FIELDS, "identifiers": text()}),
    ),
    Endpoint(
        "POST", SERVERS, ("create:resource_servers",), create_api, "Create a resource server",
        record({**API, "identifier": text(least=1, most=600)}, required=("identifier",)), status=201,
    ),
    Endpoint("GET", SERVERS + "/{id}", ("read:resource_servers",), show_api, query=record(FIELDS)),
    Endpoint(
        "PATCH", SERVERS + "/{id}", ("update:resource_servers",), update_api, "Update a resource server",
        record(API, least=1),
    ),
    Endpoint("DELETE", SERVERS + "/{id}", ("delete:resource_servers",), delete_api, "Delete a resource server"),
    Endpoint("GET", GRANTS, ("read:client_grants",), list_grants, query=GRANT_QUERY),
    Endpoint("POST", GRANTS, ("create:client_grants",), create_grant, "Create client grant", NEW_GRANT, status=201),
    Endpoint("GET", GRANTS + "/{id}", ("read:client_grants",), show_grant),
    Endpoint(
        "PATCH", GRANTS + "/{id}", ("update:client_grants",), update_grant, "Update client grant",
        record(GRANT, least=1),
    ),
    Endpoint("DELETE", GRANTS + "/{id}", ("delete:client_grants",), delete_grant, "Delete client grant"),
)  # fmt: skip
