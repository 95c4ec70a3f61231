"""Where a user is signed in, what lives on without a browser, what was agreed to, who is blocked.

Facts: AF-MGMT-16, AF-MGMT-19, AF-USER-12, AF-USER-21.
"""

from __future__ import annotations

import hashlib

from local_tenant.clock import iso
from local_tenant.errors import SESSION_MISSING, TOKEN_MISSING, Refused
from local_tenant.model import RefreshFamily, Session, User
from local_tenant.rules.sign_ins import handle
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import CHECKPOINT, PAGED, Asked, Endpoint, Json, Page
from local_tenant.web.management.shapes import flag, record, text

Consent = tuple[str, str, str]
"""A user, an application, an audience."""


def list_sessions(asked: Asked) -> Page:
    """List where a user is signed in."""
    user = asked.tenant.users.get(asked.id)
    own = [one for one in asked.tenant.store.sessions.items() if one[1].user_id == user.user_id]
    return Page("sessions", own, lambda one: session(*one), by_checkpoint=True)


def show_session(asked: Asked) -> Json:
    """Show one."""
    return session(*_session(asked))


def end_session(asked: Asked) -> None:
    """Sign one browser out."""
    del asked.tenant.store.sessions[_session(asked)[0]]


def end_sessions(asked: Asked) -> None:
    """Sign a user out everywhere."""
    _end_sessions(asked.tenant, asked.tenant.users.get(asked.id))


def list_tokens(asked: Asked) -> Page:
    """List a user's refresh tokens: one a family, the newest."""
    own = _families(asked.tenant, asked.tenant.users.get(asked.id))
    return Page("tokens", own, token, by_checkpoint=True)


def show_token(asked: Asked) -> Json:
    """Show one."""
    return token(_family(asked))


def end_token(asked: Asked) -> None:
    """Revoke one."""
    _family(asked).is_alive = False


def end_tokens(asked: Asked) -> None:
    """Revoke all of a user's."""
    for one in _families(asked.tenant, asked.tenant.users.get(asked.id)):
        one.is_alive = False


def revoke_access(asked: Asked) -> None:
    """End a user's sessions, or one of them, and the refresh tokens unless they are to stay."""
    user, wanted = asked.tenant.users.get(asked.id), asked.body.get("session_id")
    if wanted is None:
        _end_sessions(asked.tenant, user)
    else:
        kept = {k: v for k, v in asked.tenant.store.sessions.items() if handle(k) != wanted}
        asked.tenant.store.sessions = kept
    if not asked.body.get("preserve_refresh_tokens"):
        end_tokens(asked)


def forget_browsers(asked: Asked) -> None:
    """Let no browser of a user's skip the second factor any longer."""
    asked.tenant.sessions.forget_devices(asked.tenant.users.get(asked.id).user_id)


def blocks_by_id(asked: Asked) -> Json:
    """Where a user is blocked."""
    return _blocks(asked.tenant, asked.tenant.users.get(asked.id))


def blocks_by_identifier(asked: Asked) -> Json:
    """The same by address; one that nobody has is not blocked anywhere."""
    return _blocks(asked.tenant, asked.tenant.users.by_email(asked.query["identifier"].lower()))


def lift_by_id(asked: Asked) -> None:
    """Let a user in again."""
    asked.tenant.attack_protection.lift(asked.tenant.users.get(asked.id))


def lift_by_identifier(asked: Asked) -> None:
    """The same by address."""
    user = asked.tenant.users.by_email(asked.query["identifier"].lower())
    if user is not None:
        asked.tenant.attack_protection.lift(user)


def list_grants(asked: Asked) -> Page:
    """List them, all or those of a user, an application, an API."""
    return Page("grants", [grant(key, scopes) for key, scopes in _consents(asked).items()])


def delete_grant(asked: Asked) -> None:
    """Take one back; the application asks again."""
    consents = asked.tenant.store.consents
    asked.tenant.store.consents = {key: scopes for key, scopes in consents.items() if _grant_id(key) != asked.id}


def delete_grants(asked: Asked) -> None:
    """Take back all of a user's."""
    consents, gone = asked.tenant.store.consents, _consents(asked)
    asked.tenant.store.consents = {key: scopes for key, scopes in consents.items() if key not in gone}


def grant(key: Consent, scopes: set[str]) -> Json:
    """A grant as the Management API shows one."""
    names = dict(zip(("user_id", "clientID", "audience"), key, strict=True))
    return {"id": _grant_id(key), **names, "scope": sorted(scopes)}


def session(cookie: str, one: Session) -> Json:
    """A session as the administrator sees it."""
    return {"id": handle(cookie), "user_id": one.user_id, "authenticated_at": iso(one.auth_time), "clients": []}


def token(family: RefreshFamily) -> Json:
    """A refresh token as the administrator sees it."""
    order = family.order
    return {
        "id": handle(family.current), "user_id": order.user.user_id, "client_id": order.application.client_id,
        "created_at": iso(family.issued_at), "rotating": True,
        "resource_servers": [{"audience": order.audience, "scopes": " ".join(order.scopes)}],
    }  # fmt: skip


def _session(asked: Asked) -> tuple[str, Session]:
    for cookie, one in asked.tenant.store.sessions.items():
        if handle(cookie) == asked.id:
            return cookie, one
    raise Refused(SESSION_MISSING)


def _end_sessions(tenant: Tenant, user: User) -> None:
    tenant.store.sessions = {k: v for k, v in tenant.store.sessions.items() if v.user_id != user.user_id}


def _families(tenant: Tenant, user: User) -> list[RefreshFamily]:
    found = {id(one): one for one in tenant.store.refresh_tokens.values() if tenant.refresh_tokens.is_alive(one)}
    return [one for one in found.values() if one.order.user is user]


def _family(asked: Asked) -> RefreshFamily:
    for one in asked.tenant.store.refresh_tokens.values():
        if handle(one.current) == asked.id and asked.tenant.refresh_tokens.is_alive(one):
            return one
    raise Refused(TOKEN_MISSING)


def _blocks(tenant: Tenant, user: User | None) -> Json:
    addresses = tenant.attack_protection.blocked_at(user) if user is not None else []
    identifier = user.email if user is not None else ""
    return {"blocked_for": [{"identifier": identifier, "ip": ip} for ip in addresses]}


def _consents(asked: Asked) -> dict[Consent, set[str]]:
    wanted = [asked.query.get(name) for name in ("user_id", "client_id", "audience")]
    consents = asked.tenant.store.consents.items()
    return {key: scopes for key, scopes in consents if all(w in (None, k) for w, k in zip(wanted, key, strict=True))}


def _grant_id(key: Consent) -> str:
    return f"gra_{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}"


BY_IDENTIFIER = record(
    {"identifier": text(least=1), "consider_brute_force_enablement": flag()}, required=("identifier",)
)
BY_ID = record({"consider_brute_force_enablement": flag()})
OWN = record({**CHECKPOINT, "include_totals": flag()})
CONSENTS = {"user_id": text(), "client_id": text(), "audience": text()}
ENDPOINTS = (
    Endpoint("GET", "/users/{id}/sessions", ("read:sessions",), list_sessions, query=OWN),
    Endpoint("DELETE", "/users/{id}/sessions", ("delete:sessions",), end_sessions, "Delete sessions for user"),
    Endpoint("GET", "/sessions/{id}", ("read:sessions",), show_session),
    Endpoint("DELETE", "/sessions/{id}", ("delete:sessions",), end_session, "Delete session"),
    Endpoint("GET", "/users/{id}/refresh-tokens", ("read:refresh_tokens",), list_tokens, query=OWN),
    Endpoint(
        "DELETE", "/users/{id}/refresh-tokens", ("delete:refresh_tokens",), end_tokens,
        "Delete refresh tokens for user",
    ),
    Endpoint("GET", "/refresh-tokens/{id}", ("read:refresh_tokens",), show_token),
    Endpoint("DELETE", "/refresh-tokens/{id}", ("delete:refresh_tokens",), end_token, "Delete a refresh token"),
    Endpoint(
        "POST", "/users/{id}/revoke-access", ("delete:sessions", "delete:refresh_tokens"), revoke_access,
        "Revoke user access", record({"session_id": text(), "preserve_refresh_tokens": flag()}),
    ),
    Endpoint(
        "POST", "/users/{id}/multifactor/actions/invalidate-remember-browser", ("update:users",), forget_browsers,
        "Invalidate All Remembered Browsers for Multi-factor Authentication",
    ),
    Endpoint("GET", "/user-blocks", ("read:users",), blocks_by_identifier, query=BY_IDENTIFIER),
    Endpoint("GET", "/user-blocks/{id}", ("read:users",), blocks_by_id, query=BY_ID),
    Endpoint(
        "DELETE", "/user-blocks", ("update:users",), lift_by_identifier, "Unblock by identifier", query=BY_IDENTIFIER
    ),
    Endpoint("DELETE", "/user-blocks/{id}", ("update:users",), lift_by_id, "Unblock a user"),
    Endpoint("GET", "/grants", ("read:grants",), list_grants, query=record({**PAGED, **CONSENTS})),
    Endpoint(
        "DELETE", "/grants", ("delete:grants",), delete_grants, "Delete a grant by user",
        query=record({"user_id": text(least=1)}, required=("user_id",)),
    ),
    Endpoint("DELETE", "/grants/{id}", ("delete:grants",), delete_grant, "Delete a grant"),
)  # fmt: skip
