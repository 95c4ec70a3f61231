"""The control API, on a port of its own: siblings, time and keys, pushes, trouble, the post, and what was asked.

Every mistake is told in one clear line.
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
from local_tenant.control import dashboard
from local_tenant.control.dashboard import Look
from local_tenant.control.siblings import SiblingError, Siblings
from local_tenant.keys import Keys
from local_tenant.post import MODES, Delivery, Post
from local_tenant.tenant import Tenant
from local_tenant.trouble import LONGEST_DELAY, Trouble, Troubles
from local_tenant.variations import VariationError
from local_tenant.web.reading import json_object

Json = dict[str, object]
FURTHEST = 100 * 366 * 86_400.0
DAY = 86_400.0
MANY = 10_000


class BadOrder(ValueError):
    """The control API was asked wrongly; the message says what was expected."""


def control_app(tenant: Tenant, post: Post, siblings: Siblings, token: str, look: Look) -> Flask:
    """Return the web app that controls one tenant."""
    app = Flask("local_tenant.control", template_folder=str(Path(__file__).parent.parent / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024

    @app.before_request
    def check_token() -> Response | None:
        given = request.headers.get("Authorization", "")
        if request.path == dashboard.PATH and look.opens(request.args.get("token", "")):
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

    dashboard.add(app, tenant, look)
    _add_time(app, tenant)
    _add_pushes(app, tenant)
    _add_trouble(app, tenant, post)

    @app.errorhandler(BadOrder)
    @app.errorhandler(VariationError)
    def refuse(reason: ValueError) -> Response:
        return make_response(jsonify(error=str(reason)), 400)

    @app.errorhandler(HTTPException)
    def explain(reason: HTTPException) -> Response:
        return make_response(jsonify(error=reason.description or reason.name), reason.code or 500)

    return app


def _vary() -> list[str]:
    """Read `{"vary": [names]}`; an empty body asks for nothing."""
    names = body("vary").get("vary", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadOrder("vary: expected a list of names")
    return [str(name) for name in names]


def _add_time(app: Flask, tenant: Tenant) -> None:
    """Add the paths."""

    @app.get("/clock")
    def show_clock() -> Response:
        return _shown_clock(tenant.clock)

    @app.post("/clock")
    def move_clock() -> Response:
        seconds = _seconds_to_move(body("seconds", "to"), tenant.clock)
        with tenant.turns.taken():
            _move(tenant.clock, seconds)
        return _shown_clock(tenant.clock)

    @app.post("/keys/rotation")
    def rotate() -> Response:
        body()
        made = Keys.make()
        with tenant.turns.taken():
            tenant.signatures.rotate(made)
        return jsonify(kid=made.kid)


def _shown_clock(clock: Clock) -> Response:
    return jsonify(now=iso(clock.now()), offset=clock.offset)


def _move(clock: Clock, seconds: float) -> None:
    try:
        clock.move(seconds)
    except ValueError as reason:
        raise BadOrder(str(reason)) from reason


def _seconds_to_move(given: Json, clock: Clock) -> float:
    if len(given) != 1:
        raise BadOrder("expected either 'seconds' (forward, or back with a minus) or 'to' (a moment)")
    if "seconds" in given:
        return number(given, "seconds", -FURTHEST, FURTHEST)
    try:
        moment = datetime.fromisoformat(str(given["to"]))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadOrder("to: expected a moment such as 2026-01-31T09:00:00Z")
    return moment.timestamp() - clock.now()


def _add_pushes(app: Flask, tenant: Tenant) -> None:
    """Add the path."""

    @app.post("/pushes")
    def answer() -> Response:
        given = body("user_id", "allow")
        user_id, allow = given.get("user_id"), given.get("allow")
        if not isinstance(user_id, str) or not user_id:
            raise BadOrder("user_id: expected the id of the user who answers")
        if not isinstance(allow, bool):
            raise BadOrder("allow: expected true or false")
        with tenant.turns.taken():
            waited = tenant.pushes.answer(user_id, allow=allow)
        if not waited:
            return make_response(jsonify(error=f"no push waits for an answer of {user_id!r}"), 404)
        return make_response("", 204)


def _add_trouble(app: Flask, tenant: Tenant, post: Post) -> None:
    """Add the paths."""

    @app.get("/messages/delivery")
    def show_delivery() -> Response:
        return jsonify(_shown_delivery(post.delivery))

    @app.put("/messages/delivery")
    def order_delivery() -> Response:
        post.order(_delivery(body("mode", "seconds", "count")))
        return jsonify(_shown_delivery(post.delivery))

    @app.get("/trouble")
    def show_trouble() -> Response:
        return jsonify(_standing(tenant.troubles))

    @app.post("/trouble")
    def order_trouble() -> Response:
        _order(tenant.troubles, body("path", "count", "answer", "seconds", "inbox", "log_lag", "search_lag"))
        return make_response(jsonify(_standing(tenant.troubles)), 201)

    @app.delete("/trouble")
    def clear_trouble() -> Response:
        tenant.troubles.clear()
        return make_response("", 204)

    @app.get("/requests")
    def list_requests() -> Response:
        after = request.args.get("after", "0")
        if not re.fullmatch(r"[0-9]{1,15}", after, re.ASCII):
            raise BadOrder("after: expected the seq of a request, a whole number from 0")
        return jsonify([asdict(one) | {"at": iso(one.at)} for one in tenant.requests.after(int(after))])


def _delivery(given: Json) -> Delivery:
    mode = given.get("mode")
    if mode not in MODES:
        raise BadOrder(f"mode: expected one of {', '.join(MODES)}")
    if (mode == "late") != ("seconds" in given):
        raise BadOrder("seconds: late texts need them, and no others do")
    if mode == "normal" and "count" in given:
        raise BadOrder("count: normal delivery has none")
    least, most = (2, 10) if mode == "out-of-order" else (1, MANY)
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


def _order(troubles: Troubles, given: Json) -> None:
    """Read all of an order before any of it counts."""
    if not given:
        raise BadOrder("expected a path and its answer, or 'inbox', 'log_lag' or 'search_lag'")
    trouble = _trouble(given)
    lags = {name: number(given, name, 0, DAY) for name in ("log_lag", "search_lag") if name in given}
    inbox = given.get("inbox")
    if "inbox" in given and inbox not in ("up", "down"):
        raise BadOrder("inbox: expected up or down")
    if trouble is not None:
        troubles.order(trouble)
    if inbox is not None:
        troubles.inbox_is_down = inbox == "down"
    troubles.log_lag = lags.get("log_lag", troubles.log_lag)
    troubles.search_lag = lags.get("search_lag", troubles.search_lag)


def _trouble(given: Json) -> Trouble | None:
    if not given.keys() & {"path", "count", "answer", "seconds"}:
        return None
    path, answer = given.get("path"), str(given.get("answer"))
    if not isinstance(path, str) or not path.startswith("/"):
        raise BadOrder("path: expected how the paths begin, such as /oauth/token")
    if (answer == "delay") != ("seconds" in given):
        raise BadOrder("seconds: a delay needs them, and nothing else does")
    seconds = number(given, "seconds", 0, LONGEST_DELAY) if "seconds" in given else 0.0
    count = whole(given, "count", 1, MANY) if "count" in given else 1
    match answer:
        case "429" | "503" | "delay" | "cut":
            return Trouble(path, count, answer, seconds)
        case _:
            raise BadOrder("answer: expected 429, 503, delay or cut")


def _standing(troubles: Troubles) -> Json:
    waiting = [
        {"path": one.path, "count": one.left, "answer": one.answer}
        | ({"seconds": one.seconds} if one.answer == "delay" else {})
        for one in troubles.ordered()
    ]
    return {
        "requests": waiting, "inbox": "down" if troubles.inbox_is_down else "up",
        "log_lag": troubles.log_lag, "search_lag": troubles.search_lag,
    }  # fmt: skip


def body(*keys: str) -> Json:
    """Read a JSON object with no other keys than these; an empty body is an empty object."""
    given = json_object() if request.get_data() else {}
    if given is None:
        raise BadOrder("expected a JSON object")
    for key in given:
        if key not in keys:
            only = "the only key is" if len(keys) == 1 else "the keys are"
            raise BadOrder(f"{key!r} is not known; {only} {', '.join(map(repr, keys))}")
    return given


def number(given: Json, key: str, least: float, most: float) -> float:
    """Read a number from `least` to `most`."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadOrder(f"{key}: expected a number")
    if not least <= value <= most:
        raise BadOrder(f"{key}: expected {least:g} to {most:g}")
    return float(value)


def whole(given: Json, key: str, least: int, most: int) -> int:
    """Read a whole number from `least` to `most`."""
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadOrder(f"{key}: expected a whole number from {least} to {most}")
    return value
