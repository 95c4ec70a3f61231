"""`/dbconnections/signup` and `/dbconnections/change_password` (client requirements, 5). Refusals have a shape of their own."""  # noqa: E501

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response

from local_tenant.errors import (
    DB_BODY,
    DB_CLIENT_UNKNOWN,
    DB_CONNECTION_UNKNOWN,
    DB_WEAK_PASSWORD,
    Refused,
)
from local_tenant.rules.users import E_MAIL
from local_tenant.tenant import Tenant
from local_tenant.web.reading import Parameters, json_object, parameters

SENT = "We've just sent you an email to reset your password."


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the paths under `/dbconnections/`."""
    routes = Blueprint("dbconnections", __name__, url_prefix="/dbconnections")

    @routes.post("/signup")
    def signup() -> Response:
        given = _read(tenant)
        tenant.attack_protection.check_sign_up()
        email, password = _need(given, "email"), _need(given, "password")
        if not E_MAIL.fullmatch(email):
            raise Refused(DB_BODY, problem="email format validation failed")
        if not tenant.people.password_is_strong(password):
            raise Refused(DB_WEAK_PASSWORD)
        person = tenant.people.sign_up(email, password, given["connection"])
        tenant.log.add("ss", user_id=person.user_id, client_id=given["client_id"])
        shown = {"_id": person.user_id.removeprefix("auth0|"), "email": person.email, "email_verified": False}
        return jsonify(shown | {"app_metadata": {}, "user_metadata": {}})

    @routes.post("/change_password")
    def change_password() -> Response:
        given = _read(tenant)
        tenant.people.ask_for_new_password(_need(given, "email"), given["connection"], given.get("password"))
        return make_response(SENT, 200, {"Content-Type": "text/html; charset=utf-8"})

    @routes.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        row = refused.row
        name = "TooManyRequestsError" if row.status == 429 else "BadRequestError"
        body = {"name": name, "code": row.error, "description": refused.description}
        if row is DB_WEAK_PASSWORD:
            body |= {"name": "PasswordStrengthError", "message": "Password is too weak"}
        return make_response(jsonify(body | {"statusCode": row.status}), row.status)

    return routes


def _read(tenant: Tenant) -> Parameters:
    """Read a request of an application for the tenant's connection; what is no text is left to others."""
    body = json_object()
    if body is None:
        given = parameters()
    else:
        given = Parameters({name: value for name, value in body.items() if isinstance(value, str) and value})
    if _need(given, "client_id") not in tenant.store.applications:
        raise Refused(DB_CLIENT_UNKNOWN)
    if not tenant.connections.is_open(_need(given, "connection"), given["client_id"]):
        raise Refused(DB_CONNECTION_UNKNOWN)
    return given


def _need(given: Parameters, name: str) -> str:
    if name not in given:
        raise Refused(DB_BODY, problem=f"{name} is required")
    return given[name]
