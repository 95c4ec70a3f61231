"""The test controls: an HTTP API on its own port for siblings, clock, keys, pushes, outages, messages and requests.

A wrong request gets 400 with one line.
"""

from __future__ import annotations

import hmac
import math
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from local_tenant.clock import Clock, iso
from local_tenant.fault_injection import LONGEST_DELAY, FaultInjection, Outage
from local_tenant.keys import Keys
from local_tenant.message_delivery import MODES, Delivery, MessageDelivery
from local_tenant.tenant import Tenant
from local_tenant.test_controls import dashboard
from local_tenant.test_controls.dashboard import DashboardAccess
from local_tenant.test_controls.siblings import SiblingError, Siblings
from local_tenant.variations import VariationError
from local_tenant.web.reading import json_object

Json = dict[str, object]
FURTHEST = 100 * 366 * 86_400.0
DAY = 86_400.0
MOST = 10_000


class BadRequest(ValueError):
    """A request to the test controls is wrong; the message says what was expected."""


def controls_app(
    tenant: Tenant, messages: MessageDelivery, siblings: Siblings, token: str, access: DashboardAccess
) -> Flask:
    """Return the web app of one tenant's test controls."""
    app = Flask("local_tenant.test_controls", template_folder=str(Path(__file__).parent.parent / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> Response | None:
        given = request.headers.get("Authorization", "")
        if request.path == dashboard.PATH and access.accepts(request.args.get("token", "")):
            return None
        if hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return None
        return make_response(jsonify(error="the bearer token is missing or wrong"), 401)

    @app.post("/tenants")
    def add() -> Response:
        try:
            sibling_id, settings = siblings.start(_vary())
        except SiblingError as reason:
            return make_response(jsonify(error=str(reason)), 503)
        return make_response(jsonify(id=sibling_id, profile=settings), 201)

    @app.delete("/tenants/<sibling_id>")
    def end(sibling_id: str) -> Response:
        if not siblings.end(sibling_id):
            return make_response(jsonify(error=f"no sibling has the id {sibling_id!r}"), 404)
        return make_response("", 204)

    dashboard.add(app, tenant, access)
    _add_clock_and_keys(app, tenant)
    _add_pushes(app, tenant)
    _add_outages(app, tenant, messages)

    @app.errorhandler(BadRequest)
    @app.errorhandler(VariationError)
    def refuse(reason: ValueError) -> Response:
        return make_response(jsonify(error=str(reason)), 400)

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> Response:
        return make_response(jsonify(error=reason.description or reason.name), reason.code or 500)

    return app


def _vary() -> list[str]:
    """Read `{"vary": [names]}`; an empty body means no variations."""
    names = body("vary").get("vary", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadRequest("vary: expected a list of names")
    return [str(name) for name in names]


def _add_clock_and_keys(app: Flask, tenant: Tenant) -> None:
    @app.get("/clock")
    def show_clock() -> Response:
        return _shown_clock(tenant.clock)

    @app.post("/clock")
    def move_clock() -> Response:
        seconds = _seconds_to_move(body("seconds", "to"), tenant.clock)
        with tenant.request_lock.held():
            _move(tenant.clock, seconds)
        return _shown_clock(tenant.clock)

    @app.post("/keys/rotation")
    def rotate() -> Response:
        body()
        made = Keys.make()
        with tenant.request_lock.held():
            tenant.signatures.rotate(made)
        return jsonify(kid=made.kid)


def _shown_clock(clock: Clock) -> Response:
    return jsonify(now=iso(clock.now()), offset=clock.offset)


def _move(clock: Clock, seconds: float) -> None:
    try:
        clock.move(seconds)
    except ValueError as reason:
        raise BadRequest(str(reason)) from reason


def _seconds_to_move(given: Json, clock: Clock) -> float:
    if len(given) != 1:
        raise BadRequest("expected either 'seconds' (negative: back) or 'to' (a date and time)")
    if "seconds" in given:
        return number(given, "seconds", -FURTHEST, FURTHEST)
    try:
        moment = datetime.fromisoformat(str(given["to"]))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest("to: expected a date and time such as 2026-01-31T09:00:00Z")
    return moment.timestamp() - clock.now()


def _add_pushes(app: Flask, tenant: Tenant) -> None:
    @app.post("/pushes")
    def answer() -> Response:
        given = body("user_id", "allow")
        user_id, allow = given.get("user_id"), given.get("allow")
        if not isinstance(user_id, str) or not user_id:
            raise BadRequest("user_id: expected the id of the user who answers the push")
        if not isinstance(allow, bool):
            raise BadRequest("allow: expected true or false")
        with tenant.request_lock.held():
            waited = tenant.pushes.answer(user_id, allow=allow)
        if not waited:
            return make_response(jsonify(error=f"no pending push for the user {user_id!r}"), 404)
        return make_response("", 204)


def _add_outages(app: Flask, tenant: Tenant, messages: MessageDelivery) -> None:
    @app.get("/messages/delivery")
    def show_delivery() -> Response:
        return jsonify(_shown_delivery(messages.delivery))

    @app.put("/messages/delivery")
    def set_delivery() -> Response:
        messages.set_mode(_delivery(body("mode", "seconds", "count")))
        return jsonify(_shown_delivery(messages.delivery))

    @app.get("/outages")
    def show_outages() -> Response:
        return jsonify(_shown_outages(tenant.fault_injection))

    @app.post("/outages")
    def add_outages() -> Response:
        _inject(tenant.fault_injection, body("path", "count", "response", "seconds", "inbox", "log_lag", "search_lag"))
        return make_response(jsonify(_shown_outages(tenant.fault_injection)), 201)

    @app.delete("/outages")
    def clear_outages() -> Response:
        tenant.fault_injection.clear()
        return make_response("", 204)

    @app.get("/requests")
    def list_requests() -> Response:
        after = request.args.get("after", "0")
        if not re.fullmatch(r"[0-9]{1,15}", after, re.ASCII):
            raise BadRequest("after: expected a request's seq, a whole number from 0")
        return jsonify([asdict(one) | {"at": iso(one.at)} for one in tenant.requests.after(int(after))])


def _delivery(given: Json) -> Delivery:
    mode = given.get("mode")
    if mode not in MODES:
        raise BadRequest(f"mode: expected one of {', '.join(MODES)}")
    if (mode == "late") != ("seconds" in given):
        raise BadRequest("seconds: required for late delivery, and for no other mode")
    if mode == "normal" and "count" in given:
        raise BadRequest("count: not allowed for normal delivery")
    least, most = (2, 10) if mode == "out-of-order" else (1, MOST)
    return Delivery(
        mode,
        number(given, "seconds", 0, DAY) if "seconds" in given else 0.0,
        whole(given, "count", least, most) if "count" in given else None,
    )


def _shown_delivery(delivery: Delivery) -> Json:
    shown: Json = {"mode": delivery.mode}
    if delivery.mode == "late":
        shown["seconds"] = delivery.seconds
    if delivery.count is not None:
        shown["count"] = delivery.count
    return shown


def _inject(fault_injection: FaultInjection, given: Json) -> None:
    """Validate the whole request before any part of it takes effect."""
    if not given:
        raise BadRequest("expected 'path' and 'response', or 'inbox', 'log_lag' or 'search_lag'")
    outage = _outage(given)
    lags = {name: number(given, name, 0, DAY) for name in ("log_lag", "search_lag") if name in given}
    inbox = given.get("inbox")
    if "inbox" in given and inbox not in ("up", "down"):
        raise BadRequest("inbox: expected up or down")
    if outage is not None:
        fault_injection.add(outage)
    if inbox is not None:
        fault_injection.inbox_is_down = inbox == "down"
    fault_injection.log_lag = lags.get("log_lag", fault_injection.log_lag)
    fault_injection.search_lag = lags.get("search_lag", fault_injection.search_lag)


def _outage(given: Json) -> Outage | None:
    if not given.keys() & {"path", "count", "response", "seconds"}:
        return None
    path, response = given.get("path"), str(given.get("response"))
    if not isinstance(path, str) or not path.startswith("/"):
        raise BadRequest("path: expected the beginning of paths, such as /oauth/token")
    if (response == "delay") != ("seconds" in given):
        raise BadRequest("seconds: required for a delay, and for nothing else")
    seconds = number(given, "seconds", 0, LONGEST_DELAY) if "seconds" in given else 0.0
    count = whole(given, "count", 1, MOST) if "count" in given else 1
    match response:
        case "429" | "503" | "delay" | "cut":
            return Outage(path, count, response, seconds)
        case _:
            raise BadRequest("response: expected 429, 503, delay or cut")


def _shown_outages(fault_injection: FaultInjection) -> Json:
    waiting = [
        {"path": one.path, "count": one.left, "response": one.response}
        | ({"seconds": one.seconds} if one.response == "delay" else {})
        for one in fault_injection.pending()
    ]
    return {
        "requests": waiting, "inbox": "down" if fault_injection.inbox_is_down else "up",
        "log_lag": fault_injection.log_lag, "search_lag": fault_injection.search_lag,
    }  # fmt: skip


def body(*keys: str) -> Json:
    """Return the JSON object of the body; an empty body is an empty object. Raises BadRequest for another key."""
    given = json_object() if request.get_data() else {}
    if given is None:
        raise BadRequest("expected a JSON object")
    for key in given:
        if key not in keys:
            only = "the only key is" if len(keys) == 1 else "the keys are"
            raise BadRequest(f"{key!r} is not known; {only} {', '.join(map(repr, keys))}")
    return given


def number(given: Json, key: str, least: float, most: float) -> float:
    """Return a number from `least` to `most`. Raises BadRequest."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRequest(f"{key}: expected a number")
    if not least <= value <= most:
        raise BadRequest(f"{key}: expected {least:g} to {most:g}")
    return float(value)


def whole(given: Json, key: str, least: int, most: int) -> int:
    """Return a whole number from `least` to `most`. Raises BadRequest."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadRequest(f"{key}: expected a whole number from {least} to {most}")
    return value
