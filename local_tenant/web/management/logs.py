"""The tenant log: by page, by checkpoint, by query (AF-LOG-01)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from local_tenant.errors import API_QUERY, LOG_MISSING, Refused
from local_tenant.model import LogEvent
from local_tenant.web.management.endpoint import FIELDS, PAGED, ApiCall, Endpoint, Json, Page, matching, only_fields
from local_tenant.web.management.shapes import record, text, whole

READERS = ("read:logs", "read:logs_users")
SEARCHED = ("type", "user_id", "user_name", "client_id", "client_name", "ip", "log_id", "description")
LOG_ID = re.compile(r"[0-9]{1,40}", re.ASCII)
OLDEST_FIRST, NEWEST_FIRST = "date:1", "date:-1"


def list_logs(call: ApiCall) -> object:
    """List events by page or by checkpoint; the two do not combine."""
    query = call.query
    if "from" not in query and "take" not in query:
        wanted = str(query.get("q", query.get("search", "")))
        return _in_pages(call, matching(call.tenant.events.visible(), wanted, getattr, SEARCHED.__contains__))
    for name in ("q", "search", "sort", "page", "per_page"):
        if name in query:
            raise Refused(API_QUERY, problem=f"'Additional properties not allowed: {name}'")
    after = query.get("from", "0")
    if not LOG_ID.fullmatch(after):
        raise Refused(API_QUERY, problem="'Invalid checkpoint' on property from")
    # The events after the checkpoint, oldest first.
    last = int(after)
    newer = [entry for entry in call.tenant.events.visible() if int(entry.log_id) > last]
    return [only_fields(call.tenant.events.shown(entry), query) for entry in newer[: query.get("take", 50)]]


def show_log(call: ApiCall) -> Json:
    """Show one event."""
    for entry in call.tenant.events.visible():
        if entry.log_id == call.id:
            return call.tenant.events.shown(entry)
    raise Refused(LOG_MISSING)


def list_logs_of_user(call: ApiCall) -> Page:
    """List the events of one user."""
    return _in_pages(call, [entry for entry in call.tenant.events.visible() if entry.user_id == call.id])


def _in_pages(call: ApiCall, found: Sequence[LogEvent]) -> Page:
    ordered = sorted(found, key=attrgetter("date"))  # almost sorted already
    if call.query.get("sort", NEWEST_FIRST) == NEWEST_FIRST:
        ordered.reverse()
    return Page("logs", ordered, call.tenant.events.shown)


SORTED = {**PAGED, "sort": text(one_of=(OLDEST_FIRST, NEWEST_FIRST))}
ENDPOINTS = (
    Endpoint(
        "GET", "/logs", READERS, list_logs,
        query=record({**SORTED, **FIELDS, "q": text(), "search": text(), "from": text(), "take": whole(1, 100)}),
    ),
    Endpoint("GET", "/logs/{id}", READERS, show_log),
    Endpoint("GET", "/users/{id}/logs", READERS, list_logs_of_user, query=record(SORTED)),
)  # fmt: skip
