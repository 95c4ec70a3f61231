"""A user's factors in the Management API (AF-USER-13, AF-USER-18)."""

from __future__ import annotations

import base64
import binascii
from typing import cast

from local_tenant.clock import iso
from local_tenant.errors import API_BODY, API_URI, ENROLLMENT_MISSING, NO_RECOVERY, NO_SUCH_METHOD, SAME_METHOD, Refused
from local_tenant.model import Authenticator, Kind, User
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import PAGED, ApiCall, Endpoint, Json, Page
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
"""The kinds that enrollments call by another name."""


def list_methods(call: ApiCall) -> Page:
    """List all authentication methods, unconfirmed ones included."""
    user = call.tenant.users.get(call.id)
    return Page("authenticators", call.tenant.management_api.authentication_methods(user))


def show_method(call: ApiCall) -> Json:
    """Show one authentication method."""
    return call.tenant.management_api.authentication_method(_find(call))


def create_method(call: ApiCall) -> Json:
    """Add an authentication method, confirmed at once."""
    return _unmasked(call.tenant, _create(call.tenant, call.tenant.users.get(call.id), call.body))


def replace_methods(call: ApiCall) -> list[Json]:
    """Replace all authentication methods; the response is not masked."""
    user, wanted = call.tenant.users.get(call.id), cast("list[Json]", call.given)
    for one in wanted:
        _check(call.tenant, one)
    _remove_all(call.tenant, user)
    return [_unmasked(call.tenant, _create(call.tenant, user, one)) for one in wanted]


def update_method(call: ApiCall) -> Json:
    """Change the name or the preferred channel."""
    found = _find(call)
    found.name = call.body.get("name", found.name)
    found.preferred = call.body.get("preferred_authentication_method", found.preferred)
    return call.tenant.management_api.authentication_method(found)


def delete_method(call: ApiCall) -> None:
    """Remove one authentication method."""
    _remove(call.tenant, _find(call))


def delete_all(call: ApiCall) -> None:
    """Remove all authentication methods."""
    _remove_all(call.tenant, call.tenant.users.get(call.id))


def list_enrollments(call: ApiCall) -> list[Json]:
    """List the enrollments of the older endpoints."""
    return [enrollment(call.tenant, one) for one in call.tenant.authenticators.of(call.tenant.users.get(call.id))]


def show_enrollment(call: ApiCall) -> Json:
    """Show one enrollment."""
    return enrollment(call.tenant, _by_id(call))


def delete_enrollment(call: ApiCall) -> None:
    """Remove one enrollment."""
    _remove(call.tenant, _by_id(call))


def delete_provider(call: ApiCall) -> None:
    """Remove a user's authenticator apps; there are no Duo factors here."""
    if call.path["provider"] not in ("duo", "google-authenticator"):
        raise Refused(API_URI, problem=f"'No enum match for: {call.path['provider']}' on property provider")
    for one in list(call.tenant.authenticators.of(call.tenant.users.get(call.id))):
        if one.kind == "totp" and call.path["provider"] == "google-authenticator":
            _remove(call.tenant, one)


def new_recovery_code(call: ApiCall) -> Json:
    """Replace the user's recovery code."""
    found = call.tenant.recovery_codes.find(call.tenant.users.get(call.id))
    if found is None:
        raise Refused(NO_RECOVERY)
    found.secret = call.tenant.recovery_codes.make()
    return {"recovery_code": found.secret}


def enrollment(tenant: Tenant, one: Authenticator) -> Json:
    """Return an enrollment as the older endpoints show it."""
    shown: Json = {
        "id": one.id,
        "status": "confirmed" if tenant.management_api.is_shown_confirmed(one) else "pending",
        "type": tenant.authenticators.entry(one)["authenticator_type"],
        "auth_method": AUTH_METHODS.get(one.kind, one.kind),
    }
    if one.name:
        shown["name"] = one.name
    if one.kind in CHANNELS:
        shown["phone_number"] = tenant.management_api.shown_number(one)
    if one.confirmed_at is not None:
        shown["enrolled_at"] = iso(one.confirmed_at)
    if one.last_used_at is not None:
        shown["last_auth"] = iso(one.last_used_at)
    return shown


def _find(call: ApiCall) -> Authenticator:
    view = call.tenant.management_api
    for one in call.tenant.authenticators.of(call.tenant.users.get(call.id)):
        if view.authentication_method(one)["id"] == call.path["method_id"]:
            return one
    raise Refused(NO_SUCH_METHOD)


def _by_id(call: ApiCall) -> Authenticator:
    found = call.tenant.store.authenticators.get(call.id)
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
    if given["type"] == "phone" and not tenant.phones.is_valid(given["phone_number"]):
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
    if other is not None and tenant.factors.channel_is_enabled(other):
        tenant.authenticators.confirm(tenant.authenticators.add(user, other, phone=number, device=made.device))
    return made


def _kinds(given: Json) -> tuple[Kind, Kind | None]:
    """Return the kind, and the other channel of a phone where both message types are enabled."""
    if given["type"] != "phone":
        return ("totp", None) if given["type"] == "totp" else ("email", None)
    return ("voice", "sms") if given.get("preferred_authentication_method") == "voice" else ("sms", "voice")


def _unmasked(tenant: Tenant, one: Authenticator) -> Json:
    """Return a new method with its number or secret unmasked, once."""
    shown = tenant.management_api.authentication_method(one)
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
