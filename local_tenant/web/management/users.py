"""Users (AF-USER-01, AF-USER-04)."""

from __future__ import annotations

import hashlib
import re
from operator import attrgetter
from typing import cast

from local_tenant.clock import iso
from local_tenant.errors import API_QUERY, CONNECTION_MISSING, EMAIL_TAKEN, USER_MISSING, WEAK_PASSWORD, Refused
from local_tenant.model import Person
from local_tenant.web.management.endpoint import CHECKPOINT, FIELDS, PAGED, Asked, Endpoint, Json, matching
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


def _make(asked: Asked) -> Person:
    """Refuse an address that somebody has: 409."""
    given = asked.body
    if given["connection"] not in asked.tenant.people.connections():
        raise Refused(CONNECTION_MISSING)
    person = asked.tenant.people.create(given["email"], given["password"], given["connection"], given.get("user_id"))
    _set(person, given)
    return person


def _found(asked: Asked) -> list[Person]:
    """All or those of a query, oldest first where nothing else is asked for."""
    found = matching(asked.tenant.people.searched(), asked.query.get("q", ""), _value, _is_searched, prefixes=True)
    return _sorted(found, asked.query["sort"]) if "sort" in asked.query else found


def by_email(asked: Asked) -> list[Json]:
    """List who has this address, to the letter."""
    return [user(one) for one in asked.tenant.store.people.values() if one.email == asked.query["email"]]


def _change(asked: Asked, person: Person) -> None:
    """All of it or nothing."""
    given, people = asked.body, asked.tenant.people
    email, password = given.get("email"), given.get("password")
    if email is not None and people.by_email(email.lower(), person.connection) not in (None, person):
        raise Refused(EMAIL_TAKEN)
    if password is not None and not people.password_is_strong(password):
        raise Refused(WEAK_PASSWORD)
    person.email = email.lower() if email is not None else person.email
    person.password = password if password is not None else person.password
    _set(person, given)
    if email is not None or password is not None:
        people.after_change(person)
    person.updated_at = asked.tenant.clock.now()


def _remove(asked: Asked, person: Person) -> None:
    """Everything of theirs goes too."""
    asked.tenant.people.delete(person.user_id)


def user(person: Person) -> Json:
    """A user as the Management API shows one; never the password."""
    shown: Json = {
        "created_at": iso(person.created_at),
        "email": person.email,
        "email_verified": person.email_verified,
        "identities": [{
            "connection": person.connection, "user_id": person.user_id.removeprefix("auth0|"), "provider": "auth0",
            "isSocial": False,
        }],
        "name": person.email,
        "nickname": person.email.partition("@")[0],
        "picture": f"https://s.gravatar.com/avatar/{hashlib.sha256(person.email.encode()).hexdigest()}",
        "updated_at": iso(person.updated_at),
        "user_id": person.user_id,
        "logins_count": person.logins_count,
    }  # fmt: skip
    if person.last_login is not None:
        shown["last_login"] = iso(person.last_login)
    for name in ("app_metadata", "user_metadata"):
        if metadata := getattr(person, name):
            shown[name] = metadata
    if person.blocked:
        shown["blocked"] = True
    return shown | person.profile


def _set(person: Person, given: Json) -> None:
    """Set what was given; metadata is merged key by key, and a null takes a key away."""
    person.email_verified = bool(given.get("email_verified", person.email_verified))
    person.blocked = bool(given.get("blocked", person.blocked))
    person.profile |= {name: str(given[name]) for name in PROFILE if name in given}
    person.app_metadata = _merged(person.app_metadata, given.get("app_metadata"))
    person.user_metadata = _merged(person.user_metadata, given.get("user_metadata"))


def _merged(old: dict[str, object], new: object) -> dict[str, object]:
    if not isinstance(new, dict):
        return old
    return {name: value for name, value in (old | cast("Json", new)).items() if value is not None}


def _sorted(found: list[Person], wanted: str) -> list[Person]:
    """Put them in the order of one property, `field:1` or `field:-1`; who does not have it comes last."""
    matched = SORT.fullmatch(wanted)
    if matched is None or not (matched[1] in TIMES or _is_searched(matched[1])):
        raise Refused(API_QUERY, problem="'Expected field:1 or field:-1' on property sort")
    has = [one for one in found if _value(one, matched[1]) is not None]
    has.sort(key=lambda one: _in_order(_value(one, matched[1])), reverse=matched[2] == "-1")
    return has + [one for one in found if _value(one, matched[1]) is None]


def _in_order(value: object) -> tuple[bool, float, str]:
    """Numbers before texts, as metadata may hold either."""
    return (False, value, "") if isinstance(value, (int, float)) else (True, 0, str(value))


def _is_searched(name: str) -> bool:
    return name in SEARCHED or name.startswith(METADATA)


def _value(person: Person, name: str) -> object:
    if name == "identities.connection":
        return person.connection
    if not name.startswith(METADATA):
        return getattr(person, name, None) if name not in PROFILE else user(person)[name]
    whole, _, rest = name.partition(".")
    found: object = getattr(person, whole)
    for step in rest.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


USERS: Resource[Person] = Resource(
    path="/users", scope="users", noun="a User", missing=USER_MISSING,
    stored=lambda tenant: tenant.store.people, key=attrgetter("user_id"), may_be_gone=True,
    query={**PAGED, **CHECKPOINT, **FIELDS, "q": text(), "search_engine": text(one_of=("v3",)), "sort": text(),
           "connection": text(), "primary_order": flag()}, found=_found,
    new=record({**CHANGEABLE, "user_id": text(least=1, most=255)}, required=("connection", "email", "password")),
    make=_make, changes=CHANGEABLE, change=_change, remove=_remove, show=lambda _, person: user(person),
)  # fmt: skip
ENDPOINTS = (
    *USERS.endpoints(),
    Endpoint(
        "GET", "/users-by-email", ("read:users",), by_email,
        query=record({**FIELDS, "email": text(least=1)}, required=("email",)),
    ),
)  # fmt: skip
