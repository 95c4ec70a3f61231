"""Users (AF-USER-01, AF-USER-04)."""

from __future__ import annotations

import hashlib
import re
from operator import attrgetter
from typing import cast

from local_tenant.clock import iso
from local_tenant.errors import API_QUERY, CONNECTION_MISSING, EMAIL_TAKEN, USER_MISSING, WEAK_PASSWORD, Refused
from local_tenant.model import User
from local_tenant.web.management.endpoint import CHECKPOINT, FIELDS, PAGED, ApiCall, Endpoint, Json, matching
from local_tenant.web.management.resource import Resource
from local_tenant.web.management.shapes import Shape, anything, flag, record, text

PROFILE = ("name", "nickname", "given_name", "family_name", "picture")
CHANGEABLE: dict[str, Shape] = {
    "email": text(form="email"), "password": text(least=1), "connection": text(least=1), "email_verified": flag(),
    "verify_email": flag(), "verify_password": flag(), "blocked": flag(), "client_id": text(),
    "app_metadata": anything(), "user_metadata": anything(), **{name: text(least=1) for name in PROFILE},
}  # fmt: skip
SEARCHED = (
    "email", "user_id", "name", "nickname", "blocked", "email_verified", "logins_count", "identities.connection",
)  # fmt: skip
TIMES = ("created_at", "updated_at", "last_login")
SORT = re.compile(r"([a-z_.]+):(-?1)", re.ASCII)
METADATA = ("app_metadata.", "user_metadata.")


def _make(call: ApiCall) -> User:
    """Make a user. Raises Refused for a taken address: 409."""
    given = call.body
    if given["connection"] not in call.tenant.users.connections():
        raise Refused(CONNECTION_MISSING)
    user = call.tenant.users.create(given["email"], given["password"], given["connection"], given.get("user_id"))
    _set(user, given)
    return user


def _found(call: ApiCall) -> list[User]:
    """Return all users, or those of a query, by default oldest first."""
    found = matching(call.tenant.users.searchable(), call.query.get("q", ""), _value, _is_searched, prefixes=True)
    return _sorted(found, call.query["sort"]) if "sort" in call.query else found


def by_email(call: ApiCall) -> list[Json]:
    """List the users with exactly this address."""
    return [shown_user(one) for one in call.tenant.store.users.values() if one.email == call.query["email"]]


def _change(call: ApiCall, user: User) -> None:
    """Change a user: everything of the request or nothing."""
    given, users = call.body, call.tenant.users
    email, password = given.get("email"), given.get("password")
    if email is not None and users.by_email(email.lower(), user.connection) not in (None, user):
        raise Refused(EMAIL_TAKEN)
    if password is not None and not users.password_is_strong(password):
        raise Refused(WEAK_PASSWORD)
    user.email = email.lower() if email is not None else user.email
    user.password = password if password is not None else user.password
    _set(user, given)
    if email is not None or password is not None:
        users.after_credential_change(user)
    user.updated_at = call.tenant.clock.now()


def _remove(call: ApiCall, user: User) -> None:
    """Delete the user and all their data."""
    call.tenant.users.delete(user.user_id)


def shown_user(user: User) -> Json:
    """Return a user as the Management API shows it, without the password."""
    shown: Json = {
        "created_at": iso(user.created_at),
        "email": user.email,
        "email_verified": user.email_verified,
        "identities": [{
            "connection": user.connection, "user_id": user.user_id.removeprefix("auth0|"), "provider": "auth0",
            "isSocial": False,
        }],
        "name": user.email,
        "nickname": user.email.partition("@")[0],
        "picture": f"https://s.gravatar.com/avatar/{hashlib.sha256(user.email.encode()).hexdigest()}",
        "updated_at": iso(user.updated_at),
        "user_id": user.user_id,
        "logins_count": user.logins_count,
    }  # fmt: skip
    if user.last_login is not None:
        shown["last_login"] = iso(user.last_login)
    for name in ("app_metadata", "user_metadata"):
        if metadata := getattr(user, name):
            shown[name] = metadata
    if user.blocked:
        shown["blocked"] = True
    return shown | user.profile


def _set(user: User, given: Json) -> None:
    """Set the given properties; metadata is merged by key, and null removes a key."""
    user.email_verified = bool(given.get("email_verified", user.email_verified))
    user.blocked = bool(given.get("blocked", user.blocked))
    user.profile |= {name: str(given[name]) for name in PROFILE if name in given}
    user.app_metadata = _merged(user.app_metadata, given.get("app_metadata"))
    user.user_metadata = _merged(user.user_metadata, given.get("user_metadata"))


def _merged(old: dict[str, object], new: object) -> dict[str, object]:
    if not isinstance(new, dict):
        return old
    return {name: value for name, value in (old | cast("Json", new)).items() if value is not None}


def _sorted(found: list[User], wanted: str) -> list[User]:
    """Sort by a property, `field:1` or `field:-1`; users without the property come last."""
    matched = SORT.fullmatch(wanted)
    if matched is None or not (matched[1] in TIMES or _is_searched(matched[1])):
        raise Refused(API_QUERY, problem="'Expected field:1 or field:-1' on property sort")
    has = [one for one in found if _value(one, matched[1]) is not None]
    has.sort(key=lambda one: _in_order(_value(one, matched[1])), reverse=matched[2] == "-1")
    return has + [one for one in found if _value(one, matched[1]) is None]


def _in_order(value: object) -> tuple[bool, float, str]:
    """Sort numbers before strings; metadata may contain both."""
    return (False, value, "") if isinstance(value, (int, float)) else (True, 0, str(value))


def _is_searched(name: str) -> bool:
    return name in SEARCHED or name.startswith(METADATA)


def _value(user: User, name: str) -> object:
    if name == "identities.connection":
        return user.connection
    if not name.startswith(METADATA):
        return getattr(user, name, None) if name not in PROFILE else shown_user(user)[name]
    whole, _, rest = name.partition(".")
    found: object = getattr(user, whole)
    for step in rest.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


USERS: Resource[User] = Resource(
    path="/users", scope="users", noun="a User", missing=USER_MISSING,
    stored=lambda tenant: tenant.store.users, key=attrgetter("user_id"), may_be_gone=True,
    query={**PAGED, **CHECKPOINT, **FIELDS, "q": text(), "search_engine": text(one_of=("v3",)), "sort": text(),
           "connection": text(), "primary_order": flag()}, found=_found,
    new=record({**CHANGEABLE, "user_id": text(least=1, most=255)}, required=("connection", "email", "password")),
    make=_make, changes=CHANGEABLE, change=_change, remove=_remove, show=lambda _, user: shown_user(user),
)  # fmt: skip
ENDPOINTS = (
    *USERS.endpoints(),
    Endpoint(
        "GET", "/users-by-email", ("read:users",), by_email,
        query=record({**FIELDS, "email": text(least=1)}, required=("email",)),
    ),
)  # fmt: skip
