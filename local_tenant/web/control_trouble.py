"""The control API's trouble: `/trouble`, `/messages/delivery`, and `GET /requests` to see what was asked."""

from __future__ import annotations

import re
from dataclasses import asdict

from flask import Flask, Response, jsonify, make_response, request

from local_tenant.clock import iso
from local_tenant.post import MODES, Delivery, Post
from local_tenant.tenant import Tenant
from local_tenant.trouble import LONGEST_DELAY, Trouble, Troubles
from local_tenant.web.control_reading import BadOrder, Json, body, number, whole

DAY = 86_400.0
MANY = 10_000


def add(app: Flask, tenant: Tenant, post: Post) -> None:
    """Add the paths."""

    @app.get("/messages/delivery")
    def show_delivery() -> Response:
        return jsonify(_shown(post.delivery))

    @app.put("/messages/delivery")
    def order_delivery() -> Response:
        post.order(_delivery(body("mode", "seconds", "count")))
        return jsonify(_shown(post.delivery))

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


def _shown(delivery: Delivery) -> Json:
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
