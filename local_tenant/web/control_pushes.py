"""The control API's pushes: `POST /pushes` answers one as the person would in the vendor's app."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response

from local_tenant.tenant import Tenant
from local_tenant.web.control_reading import BadOrder, body


def add(app: Flask, tenant: Tenant) -> None:
    """Add the path."""

    @app.post("/pushes")
    def answer() -> Response:
        given = body("user_id", "allow")
        user_id, allow = given.get("user_id"), given.get("allow")
        if not isinstance(user_id, str) or not user_id:
            raise BadOrder("user_id: expected the id of the person who answers")
        if not isinstance(allow, bool):
            raise BadOrder("allow: expected true or false")
        with tenant.turns.taken():
            waited = tenant.pushes.answer(user_id, allow=allow)
        if not waited:
            return make_response(jsonify(error=f"no push waits for an answer of {user_id!r}"), 404)
        return make_response("", 204)
