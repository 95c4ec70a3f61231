"""The control API's time and keys: `GET` and `POST /clock`, `POST /keys/rotation`."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, jsonify

from local_tenant.clock import Clock, iso
from local_tenant.key_making import Keys
from local_tenant.tenant import Tenant
from local_tenant.web.control_reading import BadOrder, Json, body, number

FURTHEST = 100 * 366 * 86_400.0


def add(app: Flask, tenant: Tenant) -> None:
    """Add the paths."""

    @app.get("/clock")
    def show_clock() -> Response:
        return _shown(tenant.clock)

    @app.post("/clock")
    def move_clock() -> Response:
        seconds = _seconds(body("seconds", "to"), tenant.clock)
        with tenant.turns.taken():
            _move(tenant.clock, seconds)
        return _shown(tenant.clock)

    @app.post("/keys/rotation")
    def rotate() -> Response:
        body()
        made = Keys.make()
        with tenant.turns.taken():
            tenant.tokens.rotate(made)
        return jsonify(kid=made.kid)


def _shown(clock: Clock) -> Response:
    return jsonify(now=iso(clock.now()), offset=clock.offset)


def _move(clock: Clock, seconds: float) -> None:
    try:
        clock.move(seconds)
    except ValueError as reason:
        raise BadOrder(str(reason)) from reason


def _seconds(given: Json, clock: Clock) -> float:
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
