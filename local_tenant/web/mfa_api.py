"""The MFA API: `/mfa/associate`, `/mfa/challenge` and `/mfa/authenticators` (AF-SDK-06, AF-ENROLL-36, AF-API-07)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response

from local_tenant.errors import (
    ASSOCIATE_UNREADABLE,
    BAD_EMAIL,
    NO_SUCH_AUTHENTICATOR,
    NOT_REMOVABLE,
    OTHER_AUTHENTICATOR_TYPE,
    OTHER_CHANNEL,
    TOKEN_IN_BODY,
    Refused,
)
from local_tenant.model import Bearer, Json
from local_tenant.request_context import current_caller
from local_tenant.rules import grants
from local_tenant.tenant import Tenant
from local_tenant.web.reading import Parameters, bearer, credentials, json_object, parameters


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the routes under `/mfa/`."""
    routes = Blueprint("mfa_api", __name__, url_prefix="/mfa")

    @routes.post("/associate")
    def associate() -> Response:
        try:
            return jsonify(_associate(tenant))
        except Refused as refused:
            if current_caller().user_id is not None:  # without a user there is nothing to log
                tenant.log.add("gd_start_enroll_failed", description=refused.description, reason=refused.row.error)
            raise

    @routes.post("/challenge")
    def challenge() -> Response:
        given = parameters()
        mfa_token = given.need("mfa_token")
        holder = tenant.challenges.authorize(mfa_token, tenant.applications.authenticate(credentials(given)))
        requested = given.get("challenge_type", "").split()
        return jsonify(tenant.challenges.start(holder, requested, given.get("authenticator_id")))

    @routes.get("/authenticators")
    def list_authenticators() -> Response:
        holder = tenant.mfa_access.authorize(bearer(), "read:authenticators")
        return jsonify(tenant.authenticators.listed(holder.user))

    @routes.delete("/authenticators/<authenticator_id>")
    def remove(authenticator_id: str) -> Response:
        holder = tenant.mfa_access.authorize(bearer(), "remove:authenticators")
        _remove(tenant, holder, authenticator_id)
        tenant.log.add("gd_unenroll", user_id=holder.user.user_id, authenticator_id=authenticator_id)
        return make_response("", 204)

    return routes


def _remove(tenant: Tenant, holder: Bearer, authenticator_id: str) -> None:
    own = {one.id: one for one in tenant.authenticators.removable_by(holder.user)}
    if authenticator_id not in own:
        raise Refused(NO_SUCH_AUTHENTICATOR)
    authenticator = own[authenticator_id]
    if not tenant.authenticators.is_removable(authenticator):
        raise Refused(NOT_REMOVABLE)
    if not tenant.mfa_access.may_remove(holder, authenticator):
        raise Refused(tenant.mfa_access.scope_missing_row(), scope="remove:authenticators")
    tenant.authenticators.remove(authenticator)


def _associate(tenant: Tenant) -> Json:
    """Check the token before the body, and start an enrollment."""
    body = json_object()
    if bearer() is None and body is not None and "mfa_token" in body:
        raise Refused(TOKEN_IN_BODY)
    holder = tenant.mfa_access.authorize(bearer(), "enroll")
    if tenant.enrollment.requires_client_authentication():
        _check_client(tenant, holder, body or {})
    tenant.enrollment.check_may_start(holder)
    if body is None:
        raise Refused(ASSOCIATE_UNREADABLE)
    kind = _only(body.get("authenticator_types"))
    if kind == "otp":
        tenant.grants.check_mfa(holder.application, grants.MFA_OTP, "associate")
        return tenant.enrollment.associate_app(holder)
    if kind != "oob":
        raise Refused(OTHER_AUTHENTICATOR_TYPE)
    tenant.grants.check_mfa(holder.application, grants.MFA_OOB, "associate")
    return _associate_oob(tenant, holder, body)


def _check_client(tenant: Tenant, holder: Bearer, body: Json) -> None:
    given = Parameters({name: value for name, value in body.items() if isinstance(value, str)})
    if tenant.applications.authenticate(credentials(given)) is not holder.application:
        raise Refused(tenant.applications.refused_row())


def _associate_oob(tenant: Tenant, holder: Bearer, body: Json) -> Json:
    match _only(body.get("oob_channels")):
        case ("sms" | "voice") as channel:
            number = body.get("phone_number")
            if not isinstance(number, str):
                raise Refused(tenant.phones.bad_number_row())
            return tenant.enrollment.associate_phone(holder, number, channel)
        case "email":
            address = body.get("email")
            if address is not None and not isinstance(address, str):
                raise Refused(BAD_EMAIL)
            return tenant.email_and_push_enrollment.associate_email(holder, address)
        case "auth0":
            return tenant.email_and_push_enrollment.associate_push(holder)
        case _:
            raise Refused(OTHER_CHANNEL)


def _only(given: object) -> str | None:
    """Return the only string of a list; None for anything else."""
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], str):
        return given[0]
    return None
