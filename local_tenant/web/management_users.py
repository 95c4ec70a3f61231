"""Users and their authentication methods (contract, 7.2 and 7.3)."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, jsonify, make_response, request

from local_tenant.clock import iso
from local_tenant.errors import (
    API_BODY,
    API_QUERY,
    CONNECTION_MISSING,
    EMAIL_TAKEN,
    NO_SUCH_METHOD,
    WEAK_PASSWORD,
    Refused,
)
from local_tenant.rules.people import E_MAIL, Person
from local_tenant.tenant import Tenant
from local_tenant.web.management_reading import Enter, Json, body, page, refuse_query

PROFILE = ("name", "nickname", "given_name", "family_name", "picture")
PROPERTIES: dict[str, type] = {
    "email": str, "password": str, "connection": str, "email_verified": bool, "verify_email": bool, "blocked": bool,
    "app_metadata": dict, "user_metadata": dict, **dict.fromkeys(PROFILE, str),
}  # fmt: skip


def add(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    """Add `/users…`."""

    @routes.post("/users")
    def create_user() -> Response:
        enter("create:users")
        return make_response(jsonify(user(_create(tenant))), 201)

    @routes.get("/users")
    def list_users() -> Response:
        enter("read:users")
        refuse_query("q", "from", "take")
        return page("users", [user(person) for person in tenant.people.searched()])

    @routes.get("/users-by-email")
    def list_users_by_email() -> Response:
        enter("read:users")
        email = request.args.get("email")
        if email is None:
            raise Refused(API_QUERY, problem="Missing required property: email")
        found = tenant.people.by_email(email)
        return jsonify([user(found)] if found else [])

    @routes.get("/users/<user_id>")
    def show_user(user_id: str) -> Response:
        enter("read:users")
        return jsonify(user(tenant.people.get(user_id)))

    @routes.patch("/users/<user_id>")
    def update_user(user_id: str) -> Response:
        enter("update:users")
        person = tenant.people.get(user_id)
        _update(tenant, person, body(PROPERTIES))
        return jsonify(user(person))

    @routes.delete("/users/<user_id>")
    def delete_user(user_id: str) -> Response:
        enter("delete:users")
        tenant.people.delete(user_id)
        return make_response("", 204)

    _add_authentication_methods(routes, tenant, enter)


def _add_authentication_methods(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    @routes.get("/users/<user_id>/authentication-methods")
    def list_methods(user_id: str) -> Response:
        enter("read:authentication_methods")
        person = tenant.people.get(user_id)
        return page("authenticators", tenant.operator_view.authentication_methods(person))

    @routes.delete("/users/<user_id>/authentication-methods/<method_id>")
    def delete_method(user_id: str, method_id: str) -> Response:
        enter("delete:authentication_methods")
        for one in tenant.authenticators.of(tenant.people.get(user_id)):
            if tenant.operator_view.method(one)["id"] == method_id:
                tenant.log.add("gd_unenroll", user_id=user_id, authenticator_id=one.id)
                tenant.authenticators.remove(one)
                return make_response("", 204)
        raise Refused(NO_SUCH_METHOD)


def user(person: Person) -> Json:
    """A user as the Management API shows one; never the password."""
    nickname, _, _ = person.email.partition("@")
    shown: Json = {
        "created_at": iso(person.created_at),
        "email": person.email,
        "email_verified": person.email_verified,
        "identities": [
            {
                "connection": person.connection,
                "user_id": person.user_id.removeprefix("auth0|"),
                "provider": "auth0",
                "isSocial": False,
            }
        ],
        "name": person.email,
        "nickname": nickname,
        "updated_at": iso(person.updated_at),
        "user_id": person.user_id,
        "logins_count": person.logins_count,
    }
    if person.last_login is not None:
        shown["last_login"] = iso(person.last_login)
    for name in ("app_metadata", "user_metadata"):
        if metadata := getattr(person, name):
            shown[name] = metadata
    if person.blocked:
        shown["blocked"] = True
    return shown | person.profile


def _create(tenant: Tenant) -> Person:
    given = body(PROPERTIES, required=("connection", "email", "password"))
    if given["connection"] not in tenant.people.connections():
        raise Refused(CONNECTION_MISSING)
    email = str(given["email"])
    _check_email(email)
    person = tenant.people.create(email, str(given["password"]), str(given["connection"]))
    _set(person, given)
    return person


def _update(tenant: Tenant, person: Person, given: Json) -> None:
    email, password = given.get("email"), given.get("password")
    if email is not None:
        _check_email(str(email))
        if tenant.people.by_email(str(email).lower(), person.connection) not in (None, person):
            raise Refused(EMAIL_TAKEN)
    if password is not None and not tenant.people.password_is_strong(str(password)):
        raise Refused(WEAK_PASSWORD)
    person.email = str(email).lower() if email is not None else person.email
    person.password = str(password) if password is not None else person.password
    _set(person, given)
    if email is not None or password is not None:
        tenant.people.after_change(person)
    person.updated_at = tenant.clock.now()


def _set(person: Person, given: Json) -> None:
    """Set what was given; metadata is merged key by key, and a null takes a key away."""
    person.email_verified = bool(given.get("email_verified", person.email_verified))
    person.blocked = bool(given.get("blocked", person.blocked))
    person.profile |= {name: str(given[name]) for name in PROFILE if given.get(name) is not None}
    person.app_metadata = _merged(person.app_metadata, given.get("app_metadata"))
    person.user_metadata = _merged(person.user_metadata, given.get("user_metadata"))


def _merged(old: Json, new: object) -> Json:
    if not isinstance(new, dict):
        return old
    return {name: value for name, value in (old | cast("Json", new)).items() if value is not None}


def _check_email(email: str) -> None:
    if not E_MAIL.fullmatch(email):
        raise Refused(API_BODY, problem="Object didn't pass validation for format email for property email")
