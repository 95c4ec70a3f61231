"""What people agreed to let applications do (contract, 7.1)."""

from __future__ import annotations

import hashlib

from local_tenant.web.management.endpoint import Asked, Endpoint, Json
from local_tenant.web.management.paging import PAGED, Page
from local_tenant.web.management.shapes import record, text

Key = tuple[str, str, str]


def list_grants(asked: Asked) -> Page:
    """List them, all or those of a person, an application, an API."""
    return Page("grants", [grant(key, scopes) for key, scopes in _wanted(asked).items()])


def delete_grant(asked: Asked) -> None:
    """Take one back; the application asks again."""
    consents = asked.tenant.store.consents
    asked.tenant.store.consents = {key: scopes for key, scopes in consents.items() if _id(key) != asked.id}


def delete_grants(asked: Asked) -> None:
    """Take back all of a person's."""
    consents, gone = asked.tenant.store.consents, _wanted(asked)
    asked.tenant.store.consents = {key: scopes for key, scopes in consents.items() if key not in gone}


def grant(key: Key, scopes: set[str]) -> Json:
    """A grant as the Management API shows one."""
    user_id, client_id, audience = key
    return {"id": _id(key), "clientID": client_id, "user_id": user_id, "audience": audience, "scope": sorted(scopes)}


def _wanted(asked: Asked) -> dict[Key, set[str]]:
    wanted = [asked.query.get(name) for name in ("user_id", "client_id", "audience")]
    consents = asked.tenant.store.consents.items()
    return {key: scopes for key, scopes in consents if all(w in (None, k) for w, k in zip(wanted, key, strict=True))}


def _id(key: Key) -> str:
    return f"gra_{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}"


QUERY = {"user_id": text(), "client_id": text(), "audience": text()}
ENDPOINTS = (
    Endpoint("GET", "/grants", ("read:grants",), list_grants, query=record({**PAGED, **QUERY})),
    Endpoint(
        "DELETE", "/grants", ("delete:grants",), delete_grants, "Delete a grant by user",
        query=record({"user_id": text(least=1)}, required=("user_id",)),
    ),
    Endpoint("DELETE", "/grants/{id}", ("delete:grants",), delete_grant, "Delete a grant"),
)  # fmt: skip
