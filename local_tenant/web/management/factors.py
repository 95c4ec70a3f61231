"""A user's factors, as the administrator sees, adds and removes them (AF-USER-13, AF-USER-18)."""

from __future__ import annotations

import base64
import binascii
from typing import cast

from local_tenant.clock import iso
from local_tenant.errors import API_BODY, API_URI, ENROLLMENT_MISSING, NO_RECOVERY, NO_SUCH_METHOD, SAME_METHOD, Refused
from local_tenant.model import Authenticator, Kind, User
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import PAGED, Asked, Endpoint, Json, Page
from local_tenant.web.management.shapes import Shape, listing, record, text

CHANNELS = ("sms", "voice")
METHOD: Shape = record(
    {
        "type": text(one_of=("phone", "email", "totp")), "name": text(most=20), "phone_number": text(least=1, most=30),
        "email": text(form="email"), "totp_secret": text(least=16, most=128),
        "preferred_authentication_method": text(one_of=CHANNELS),
    },
    required=("type",),
)  # fmt: skip
AUTH_METHODS = {"totp": "authenticator", "push": "guardian"}
"""How enrollments call a kind that they call otherwise."""


def list_methods(asked: Asked) -> Page:
    """List them all, unconfirmed ones too."""
    user = asked.tenant.users.get(asked.id)
    return Page("authenticators", asked.tenant.administrator_view.authentication_methods(user))


def show_method(asked: Asked) -> Json:
    """Show one."""
    return asked.tenant.administrator_view.method(_find(asked))


def create_method(asked: Asked) -> Json:
    """Add one, confirmed at once."""
    return _unmasked(asked.tenant, _create(asked.tenant, asked.tenant.users.get(asked.id), asked.body))


def replace_methods(asked: Asked) -> list[Json]:
    """Take all away, and add these; the answer is not masked."""
    user, wanted = asked.tenant.users.get(asked.id), cast("list[Json]", asked.given)
    for one in wanted:
        _check(asked.tenant, one)
    _remove_all(asked.tenant, user)
    return [_unmasked(asked.tenant, _create(asked.tenant, user, one)) for one in wanted]


def update_method(asked: Asked) -> Json:
    """Rename one, or choose how a phone is reached."""
    found = _find(asked)
    found.name = asked.body.get("name", found.name)
    found.preferred = asked.body.get("preferred_authentication_method", found.preferred)
    return asked.tenant.administrator_view.method(found)


def delete_method(asked: Asked) -> None:
    """Remove one."""
    _remove(asked.tenant, _find(asked))


def delete_all(asked: Asked) -> None:
    """Remove everything."""
    _remove_all(asked.tenant, asked.tenant.users.get(asked.id))


def list_enrollments(asked: Asked) -> list[Json]:
    """List them in the older form."""
    return [enrollment(asked.tenant, one) for one in asked.tenant.authenticators.of(asked.tenant.users.get(asked.id))]


def show_enrollment(asked: Asked) -> Json:
    """Show one in the older form."""
    return enrollment(asked.tenant, _by_id(asked))


def delete_enrollment(asked: Asked) -> None:
    """Remove one by its id in the older form."""
    _remove(asked.tenant, _by_id(asked))


def delete_provider(asked: Asked) -> None:
    """Remove a user's apps; nobody has anything of duo's here."""
    if asked.path["provider"] not in ("duo", "google-authenticator"):
        raise Refused(API_URI, problem=f"'No enum match for: {asked.path['provider']}' on property provider")
    for one in list(asked.tenant.authenticators.of(asked.tenant.users.get(asked.id))):
        if one.kind == "totp" and asked.path["provider"] == "google-authenticator":
            _remove(asked.tenant, one)


def new_recovery_code(asked: Asked) -> Json:
    """Another recovery code in the place of the one that the user has."""
    found = asked.tenant.recovery_codes.find(asked.tenant.users.get(asked.id))
    if found is None:
        raise Refused(NO_RECOVERY)
    found.secret = asked.tenant.recovery_codes.make()
    return {"recovery_code": found.secret}


def enrollment(tenant: Tenant, one: Authenticator) -> Json:
    """An enrollment as the older endpoints show one."""
    shown: Json = {
        "id": one.id,
        "status": "confirmed" if tenant.administrator_view.is_shown_confirmed(one) else "pending",
        "type": tenant.authenticators.entry(one)["authenticator_type"],
        "auth_method": AUTH_METHODS.get(one.kind, one.kind),
    }
    if one.name:
        shown["name"] = one.name
    if one.kind in CHANNELS:
        shown["phone_number"] = tenant.administrator_view.shown_number(one)
    if one.confirmed_at is not None:
        shown["enrolled_at"] = iso(one.confirmed_at)
    if one.last_used_at is not None:
        shown["last_auth"] = iso(one.last_used_at)
    return shown


def _find(asked: Asked) -> Authenticator:
    view = asked.tenant.administrator_view
    for one in asked.tenant.authenticators.of(asked.tenant.users.get(asked.id)):
        if view.method(one)["id"] == asked.path["method_id"]:
            return one
    raise Refused(NO_SUCH_METHOD)


def _by_id(asked: Asked) -> Authenticator:
    found = asked.tenant.store.authenticators.get(asked.id)
    if found is None:
        raise Refused(ENROLLMENT_MISSING)
    return found


def _remove(tenant: Tenant, one: Authenticator) -> None:
    tenant.log.add("gd_unenroll", user_id=one.user_id, authenticator_id=one.id)
    tenant.authenticators.remove(one)


def _remove_all(tenant: Tenant, user: User) -> None:
    for one in list(tenant.authenticators.of(user)):
        if one.id in tenant.store.authenticators:
            _remove(tenant, one)


def _check(tenant: Tenant, given: Json) -> None:
    needed = {"phone": "phone_number", "email": "email"}.get(given["type"])
    if needed and given.get(needed) is None:
        raise Refused(API_BODY, problem=f"'Missing required property: {needed}'")
    if given["type"] == "phone" and not tenant.phones.is_acceptable(given["phone_number"]):
        raise Refused(
            API_BODY, problem="'Object didn't pass validation for format phone-number' on property phone_number"
        )
    if given["type"] == "totp" and given.get("totp_secret") and not _is_base32(given["totp_secret"]):
        raise Refused(API_BODY, problem="'Object didn't pass validation for format base32' on property totp_secret")


def _create(tenant: Tenant, user: User, given: Json) -> Authenticator:
    _check(tenant, given)
    kind, other = _kinds(given)
    number = given.get("phone_number") or given.get("email") or ""
    own = [one for one in tenant.authenticators.of(user) if one.kind == kind and one.phone == number]
    if own and number:
        raise Refused(SAME_METHOD)
    secret = (given.get("totp_secret") or tenant.one_time_passwords.make_secret()) if kind == "totp" else ""
    made = tenant.authenticators.add(user, kind, phone=number, secret=secret)
    made.name = given.get("name") or ""
    tenant.authenticators.confirm(made)
    if other is not None and tenant.factors.channel_is_on(other):
        tenant.authenticators.confirm(tenant.authenticators.add(user, other, phone=number, device=made.device))
    return made


def _kinds(given: Json) -> tuple[Kind, Kind | None]:
    """How the one is reached, and how else where both message types are on."""
    if given["type"] != "phone":
        return ("totp", None) if given["type"] == "totp" else ("email", None)
    return ("voice", "sms") if given.get("preferred_authentication_method") == "voice" else ("sms", "voice")


def _unmasked(tenant: Tenant, one: Authenticator) -> Json:
    """Who has just said the number may read it, and the secret that was made."""
    shown = tenant.administrator_view.method(one)
    match one.kind:
        case "sms" | "voice":
            shown["phone_number"] = one.phone
        case "email":
            shown["email"] = one.phone
        case "totp":
            shown["totp_secret"] = one.secret
    return shown


def _is_base32(given: str) -> bool:
    try:
        base64.b32decode(given + "=" * (-len(given) % 8))
    except (binascii.Error, ValueError):
        return False
    return True


METHODS, ONE = "/users/{id}/authentication-methods", "/users/{id}/authentication-methods/{method_id}"
NEW_NAME = record(
    {"name": text(most=20), "preferred_authentication_method": text(one_of=CHANNELS)}, least=1
)  # fmt: skip
ENDPOINTS = (
    Endpoint("GET", METHODS, ("read:authentication_methods",), list_methods, query=record(PAGED)),
    Endpoint(
        "POST", METHODS, ("create:authentication_methods",), create_method, "Create an authentication method", METHOD,
        status=201,
    ),
    Endpoint(
        "PUT", METHODS, ("update:authentication_methods",), replace_methods, "Update all authentication methods",
        listing(METHOD, most=20),
    ),
    Endpoint("DELETE", METHODS, ("delete:authentication_methods",), delete_all, "Delete all authentication methods"),
    Endpoint("GET", ONE, ("read:authentication_methods",), show_method),
    Endpoint(
        "PATCH", ONE, ("update:authentication_methods",), update_method, "Update an authentication method", NEW_NAME
    ),
    Endpoint("DELETE", ONE, ("delete:authentication_methods",), delete_method, "Delete an authentication method"),
    Endpoint("GET", "/users/{id}/enrollments", ("read:users",), list_enrollments),
    Endpoint(
        "DELETE", "/users/{id}/authenticators", ("delete:guardian_enrollments",), delete_all,
        "Delete all authenticators",
    ),
    Endpoint(
        "DELETE", "/users/{id}/multifactor/{provider}", ("update:users",), delete_provider,
        "Delete a User's Multi-factor Provider",
    ),
    Endpoint(
        "POST", "/users/{id}/recovery-code-regeneration", ("update:users",), new_recovery_code,
        "Generate New Multi-factor Authentication Recovery Code",
    ),
    Endpoint("GET", "/guardian/enrollments/{id}", ("read:guardian_enrollments",), show_enrollment),
    Endpoint(
        "DELETE", "/guardian/enrollments/{id}", ("delete:guardian_enrollments",), delete_enrollment,
        "Delete a multi-factor authentication enrollment",
    ),
)  # fmt: skip
