"""APIs (resource servers) and client grants (AF-APP-03)."""

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
from local_tenant.web.management.endpoint import CHECKPOINT, FIELDS, PAGED, ApiCall
from local_tenant.web.management.resource import Resource
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
GRANT: dict[str, Shape] = {
    "scope": listing(text(least=1)), "organization_usage": text(), "allow_any_organization": flag(),
    "authorization_details_types": listing(text()), "allow_all_scopes": flag(),
}  # fmt: skip


def _identified(call: ApiCall) -> list[Document]:
    """Return all APIs, the Management API included, or the one with an identifier."""
    wanted = call.query.get("identifiers")
    return [one for one in call.tenant.settings.resource_servers.values() if wanted in (None, one["identifier"])]


def _new_api(call: ApiCall) -> Document:
    """Make an API. Raises Refused for a known identifier."""
    given = call.body
    if any(one["identifier"] == given["identifier"] for one in call.tenant.settings.resource_servers.values()):
        raise Refused(RESOURCE_SERVER_EXISTS)
    return DEFAULTS | {"id": new_id("api"), "name": given["identifier"]} | given


def _change_api(call: ApiCall, api: Document) -> None:
    _refuse_for_the_vendors(api, next(iter(call.body), "name"))
    api |= call.body


def _leave_api(call: ApiCall, api: Document) -> None:
    """Delete the API's client grants too."""
    _refuse_for_the_vendors(api, "id")
    grants = call.tenant.settings.client_grants
    call.tenant.settings.client_grants = {k: v for k, v in grants.items() if v["audience"] != api["identifier"]}


def _refuse_for_the_vendors(api: Document, name: str) -> None:
    if api["is_system"]:
        raise Refused(API_BODY, problem=f"'Additional properties not allowed: {name}'")


def _granted(call: ApiCall) -> list[Document]:
    """Return all client grants, or those of an application or an API."""
    wanted = {name: call.query[name] for name in ("client_id", "audience", "subject_type") if name in call.query}
    return [one for one in call.tenant.settings.client_grants.values() if wanted.items() <= one.items()]


def _new_grant(call: ApiCall) -> Document:
    """Make a client grant. Raises Refused for an unknown application or API, or an existing grant."""
    given, settings = call.body, call.tenant.settings
    clients.find(call.tenant, given["client_id"])
    if not any(one["identifier"] == given["audience"] for one in settings.resource_servers.values()):
        raise Refused(RESOURCE_SERVER_MISSING)
    same = (given["client_id"], given["audience"])
    if same in [(one["client_id"], one["audience"]) for one in settings.client_grants.values()]:
        raise Refused(GRANT_EXISTS)
    return client_grant(*same, given.get("scope", [])) | {"subject_type": given.get("subject_type", "client")}


APIS: Resource[Document] = Resource(
    path="/resource-servers", scope="resource_servers", noun="a resource server", missing=RESOURCE_SERVER_MISSING,
    stored=lambda tenant: tenant.settings.resource_servers, also_known_by="identifier",
    query={**PAGED, **CHECKPOINT, **FIELDS, "identifiers": text()}, found=_identified,
    new=record({**API, "identifier": text(least=1, most=600)}, required=("identifier",)), make=_new_api,
    changes=API, change=_change_api, leave=_leave_api, hides=("signing_secret",),
)  # fmt: skip
CLIENT_GRANTS: Resource[Document] = Resource(
    path="/client-grants", scope="client_grants", noun="client grant", missing=CLIENT_GRANT_MISSING,
    stored=lambda tenant: tenant.settings.client_grants,
    query={**PAGED, **CHECKPOINT, "client_id": text(), "audience": text(), "subject_type": text(),
           "allow_any_organization": flag()}, found=_granted,
    new=record({**GRANT, "client_id": text(least=1), "audience": text(least=1),
                "subject_type": text(one_of=("client", "user"))}, required=("client_id", "audience")), make=_new_grant,
    changes=GRANT,
)  # fmt: skip
ENDPOINTS = (*APIS.endpoints(), *CLIENT_GRANTS.endpoints())
