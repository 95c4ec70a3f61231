"""A user's sessions, refresh tokens, remembered devices, blocks and consents.

Facts: AF-MGMT-16, AF-MGMT-19, AF-USER-12, AF-USER-21.
"""

from __future__ import annotations

import hashlib

from local_tenant.clock import iso
from local_tenant.errors import SESSION_MISSING, TOKEN_MISSING, Refused
from local_tenant.model import RefreshFamily, Session, User
from local_tenant.rules.sign_ins import public_id
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import CHECKPOINT, PAGED, ApiCall, Endpoint, Json, Page
from local_tenant.web.management.shapes import flag, record, text

Consent = tuple[str, str, str]
"""User, application, audience."""


def list_sessions(call: ApiCall) -> Page:
    """List a user's sessions."""
    user = call.tenant.users.get(call.id)
    own = [one for one in call.tenant.store.sessions.items() if one[1].user_id == user.user_id]
    return Page("sessions", own, lambda one: session(*one), by_checkpoint=True)


def show_session(call: ApiCall) -> Json:
    """Show a session."""
    return session(*_session(call))


def end_session(call: ApiCall) -> None:
    """End a session."""
    del call.tenant.store.sessions[_session(call)[0]]


def end_sessions(call: ApiCall) -> None:
    """End all sessions of a user."""
    _end_sessions(call.tenant, call.tenant.users.get(call.id))


def list_tokens(call: ApiCall) -> Page:
    """List a user's refresh tokens: the newest of each family."""
    own = _families(call.tenant, call.tenant.users.get(call.id))
    return Page("tokens", own, token, by_checkpoint=True)


def show_token(call: ApiCall) -> Json:
    """Show a refresh token."""
    return token(_family(call))


def end_token(call: ApiCall) -> None:
    """Revoke a refresh token."""
    _family(call).is_alive = False


def end_tokens(call: ApiCall) -> None:
    """Revoke all refresh tokens of a user."""
    for one in _families(call.tenant, call.tenant.users.get(call.id)):
        one.is_alive = False


def revoke_access(call: ApiCall) -> None:
    """End a user's sessions, or one of them, and the refresh tokens unless they are to be kept."""
    user, wanted = call.tenant.users.get(call.id), call.body.get("session_id")
    if wanted is None:
        _end_sessions(call.tenant, user)
    else:
        kept = {k: v for k, v in call.tenant.store.sessions.items() if public_id(k) != wanted}
        call.tenant.store.sessions = kept
    if not call.body.get("preserve_refresh_tokens"):
        end_tokens(call)


def forget_browsers(call: ApiCall) -> None:
    """Forget the user's remembered browsers."""
    call.tenant.sessions.forget_devices(call.tenant.users.get(call.id).user_id)


def blocks_by_id(call: ApiCall) -> Json:
    """Return where a user is blocked."""
    return _blocks(call.tenant, call.tenant.users.get(call.id))


def blocks_by_identifier(call: ApiCall) -> Json:
    """Return where the user of an email address is blocked; nowhere for an unknown address."""
    return _blocks(call.tenant, call.tenant.users.by_email(call.query["identifier"].lower()))


def lift_by_id(call: ApiCall) -> None:
    """Unblock a user."""
    call.tenant.attack_protection.unblock(call.tenant.users.get(call.id))


def lift_by_identifier(call: ApiCall) -> None:
    """Unblock the user of an email address."""
    user = call.tenant.users.by_email(call.query["identifier"].lower())
    if user is not None:
        call.tenant.attack_protection.unblock(user)


def list_grants(call: ApiCall) -> Page:
    """List all consents, or those of a user, an application or an API."""
    return Page("grants", [grant(key, scopes) for key, scopes in _consents(call).items()])


def delete_grant(call: ApiCall) -> None:
    """Delete a consent; the application asks for it again."""
    consents = call.tenant.store.consents
    call.tenant.store.consents = {key: scopes for key, scopes in consents.items() if _grant_id(key) != call.id}


def delete_grants(call: ApiCall) -> None:
    """Delete all consents of a user."""
    consents, gone = call.tenant.store.consents, _consents(call)
    call.tenant.store.consents = {key: scopes for key, scopes in consents.items() if key not in gone}


def grant(key: Consent, scopes: set[str]) -> Json:
    """Return a consent as the Management API shows it (there: grant)."""
    names = dict(zip(("user_id", "clientID", "audience"), key, strict=True))
    return {"id": _grant_id(key), **names, "scope": sorted(scopes)}


def session(cookie: str, one: Session) -> Json:
    """Return a session as the Management API shows it."""
    return {"id": public_id(cookie), "user_id": one.user_id, "authenticated_at": iso(one.auth_time), "clients": []}


def token(family: RefreshFamily) -> Json:
    """Return a refresh token as the Management API shows it."""
    token_request = family.token_request
    return {
        "id": public_id(family.current), "user_id": token_request.user.user_id,
        "client_id": token_request.application.client_id, "created_at": iso(family.issued_at), "rotating": True,
        "resource_servers": [{"audience": token_request.audience, "scopes": " ".join(token_request.scopes)}],
    }  # fmt: skip


def _session(call: ApiCall) -> tuple[str, Session]:
    for cookie, one in call.tenant.store.sessions.items():
        if public_id(cookie) == call.id:
            return cookie, one
    raise Refused(SESSION_MISSING)


def _end_sessions(tenant: Tenant, user: User) -> None:
    tenant.store.sessions = {k: v for k, v in tenant.store.sessions.items() if v.user_id != user.user_id}


def _families(tenant: Tenant, user: User) -> list[RefreshFamily]:
    found = {id(one): one for one in tenant.store.refresh_tokens.values() if tenant.refresh_tokens.is_alive(one)}
    return [one for one in found.values() if one.token_request.user is user]


def _family(call: ApiCall) -> RefreshFamily:
    for one in call.tenant.store.refresh_tokens.values():
        if public_id(one.current) == call.id and call.tenant.refresh_tokens.is_alive(one):
            return one
    raise Refused(TOKEN_MISSING)


def _blocks(tenant: Tenant, user: User | None) -> Json:
    addresses = tenant.attack_protection.blocked_ips(user) if user is not None else []
    identifier = user.email if user is not None else ""
    return {"blocked_for": [{"identifier": identifier, "ip": ip} for ip in addresses]}


def _consents(call: ApiCall) -> dict[Consent, set[str]]:
    wanted = [call.query.get(name) for name in ("user_id", "client_id", "audience")]
    consents = call.tenant.store.consents.items()
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
