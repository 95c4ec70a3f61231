"""The log as the operator reads it: by pages, by checkpoint, by a small query (contract, 7.7)."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from local_tenant.errors import API_QUERY, LOG_MISSING, Refused
from local_tenant.log import Entry
from local_tenant.tenant import Tenant
from local_tenant.web.management_reading import Enter, number, page_of, refuse_query

READERS = ("read:logs", "read:logs_users")
FIELDS = ("type", "user_id", "user_name", "client_id", "client_name", "ip", "log_id")
TERM = re.compile(r'([a-z_]+):(?:"([^"*]*)"|([^\s"*()\[\]]+))')
LOG_ID = re.compile(r"[0-9]{1,40}", re.ASCII)
OLDEST_FIRST, NEWEST_FIRST = "date:1", "date:-1"


def add(routes: Blueprint, tenant: Tenant, enter: Enter) -> None:
    """Add `/logs`, `/logs/{id}` and `/users/{id}/logs`."""

    @routes.get("/logs")
    def list_logs() -> Response:
        enter(*READERS)
        refuse_query("fields", "include_fields")
        if "from" in request.args or "take" in request.args:
            return _after_checkpoint(tenant)
        return _in_pages(tenant, _matching(tenant.events.visible(), _query()))

    @routes.get("/logs/<log_id>")
    def show_log(log_id: str) -> Response:
        enter(*READERS)
        for entry in tenant.events.visible():
            if entry.log_id == log_id:
                return jsonify(tenant.events.shown(entry))
        raise Refused(LOG_MISSING)

    @routes.get("/users/<user_id>/logs")
    def list_logs_of_user(user_id: str) -> Response:
        enter(*READERS)
        refuse_query("q", "from", "take")
        return _in_pages(tenant, [entry for entry in tenant.events.visible() if entry.user_id == user_id])


def _after_checkpoint(tenant: Tenant) -> Response:
    """What came after one event, oldest first, so that a reader can follow."""
    refuse_query("q", "search", "sort", "page", "per_page")
    after = request.args.get("from", "0")
    if not LOG_ID.fullmatch(after):
        raise Refused(API_QUERY, problem="Expected the id of a log event for from")
    newer = [entry for entry in tenant.events.visible() if int(entry.log_id) > int(after)]
    return jsonify([tenant.events.shown(entry) for entry in newer[: number("take", 50, 100)]])


def _query() -> str:
    """`q`, or `search` as the vendor's own libraries call it."""
    return request.args.get("q", request.args.get("search", ""))


def _in_pages(tenant: Tenant, found: list[Entry]) -> Response:
    sort = request.args.get("sort", NEWEST_FIRST)
    if sort not in (OLDEST_FIRST, NEWEST_FIRST):
        raise Refused(API_QUERY, problem=f"Expected {OLDEST_FIRST} or {NEWEST_FIRST} for sort")
    ordered = sorted(found, key=lambda one: (one.date, one.log_id), reverse=sort == NEWEST_FIRST)
    return page_of("logs", ordered, tenant.events.shown)


def _matching(found: list[Entry], query: str) -> list[Entry]:
    """Keep what has all of `field:"value" AND field:"value"`; any other query is refused, not half understood."""
    for term in re.split(r"\s+AND\s+", query.strip()) if query.strip() else []:
        matched = TERM.fullmatch(term)
        if matched is None or matched[1] not in FIELDS:
            raise Refused(API_QUERY, problem=f'Expected field:"value" AND field:"value" for q, of {", ".join(FIELDS)}')
        name, value = matched[1], matched[2] if matched[2] is not None else matched[3]
        found = [one for one in found if getattr(one, name) == value]
    return found
