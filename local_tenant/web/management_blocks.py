"""Blocks of people after wrong passwords: seen and lifted (contract, 7.1 and 8)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request

from local_tenant.errors import API_QUERY, Refused
from local_tenant.rules.people import Person
from local_tenant.tenant import Tenant
from local_tenant.web.management_reading import Enter


def add(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    """Add `/user-blocks` and `/user-blocks/{id}`."""

    @routes.get("/user-blocks")
    def list_by_identifier() -> Response:
        enter("read:users")
        return _shown(tenant, _named(tenant))

    @routes.get("/user-blocks/<user_id>")
    def list_by_id(user_id: str) -> Response:
        enter("read:users")
        return _shown(tenant, tenant.people.get(user_id))

    @routes.delete("/user-blocks")
    def lift_by_identifier() -> Response:
        enter("update:users")
        if (person := _named(tenant)) is not None:
            tenant.attack_protection.lift(person)
        return make_response("", 204)

    @routes.delete("/user-blocks/<user_id>")
    def lift_by_id(user_id: str) -> Response:
        enter("update:users")
        tenant.attack_protection.lift(tenant.people.get(user_id))
        return make_response("", 204)


def _named(tenant: Tenant) -> Person | None:
    identifier = request.args.get("identifier")
    if not identifier:
        raise Refused(API_QUERY, problem="Missing required property: identifier")
    return tenant.people.by_email(identifier.lower())


def _shown(tenant: Tenant, person: Person | None) -> Response:
    """An address that nobody has is not blocked anywhere."""
    addresses = tenant.attack_protection.blocked_at(person) if person is not None else []
    identifier = person.email if person is not None else ""
    return jsonify(blocked_for=[{"identifier": identifier, "ip": ip} for ip in addresses])
