"""`POST /oauth/token` (AF-GRANT-01, AF-SDK-04)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from local_tenant.errors import OTHER_GRANT, SERVICE_NOT_ENABLED, Refused
from local_tenant.model import Application, Json
from local_tenant.rules import grants
from local_tenant.tenant import Tenant
from local_tenant.web.reading import Parameters, bearer, credentials, parameters

Grant = Callable[[Tenant, Application, Parameters], Json]


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the route."""
    routes = Blueprint("token", __name__)

    @routes.post("/oauth/token")
    def token() -> Response:
        tenant.grants.check_content_type(request.mimetype)
        given = parameters()
        grant = given.need("grant_type")
        if grant not in GRANTS:
            raise Refused(OTHER_GRANT, grant=grant)
        handler, success, failure = GRANTS[grant]
        try:
            application = tenant.applications.authenticate(credentials(given))
            if grant in grants.MFA:
                tenant.grants.check_mfa(application, grant, "confirm")
            else:
                tenant.grants.check(application, grant)
            body = handler(tenant, application, given)
        except Refused as refused:
            tenant.log.add(failure, description=refused.description, reason=refused.row.error)
            raise
        tenant.log.add(success)
        return jsonify(body)

    return routes


def _authorization_code(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `code`, `redirect_uri` and `code_verifier` (AF-GRANT-05)."""
    token_request = tenant.authorization_codes.redeem(
        application, given.need("code"), given.get("redirect_uri"), given.get("code_verifier")
    )
    return tenant.tokens.response(token_request)


def _client_credentials(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `audience` and an optional `scope` (AF-GRANT-30)."""
    audience = given.need("audience")
    if not tenant.audiences.allows_client_credentials(audience):
        raise Refused(SERVICE_NOT_ENABLED, audience=audience)
    granted = tenant.grants.client_grant_scopes(application, audience)
    if granted is None:
        raise Refused(tenant.grants.no_client_grant_row(), audience=audience, client=application.client_id)
    requested = given.get("scope", "").split()
    scopes = [scope for scope in granted if not requested or scope in requested]
    return tenant.tokens.client_credentials_response(application, audience, scopes)


def _refresh_token(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `refresh_token` and an optional `scope` (AF-GRANT-22, AF-GRANT-23)."""
    token_request = tenant.refresh_tokens.redeem(
        application, given.need("refresh_token"), given.get("scope", "").split()
    )
    tenant.mfa_required.check(token_request)
    return tenant.tokens.response(token_request)


def _password(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `username` and `password`, and optional `realm`, `audience` and `scope` (AF-GRANT-14)."""
    token_request = tenant.password_grant.redeem(
        application, given.need("username"), given.need("password"), given.get("realm"), given.get("audience"),
        given.get("scope", "").split(),
    )  # fmt: skip
    tenant.mfa_required.check(token_request)
    return tenant.tokens.response(token_request)


def _password_realm(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read the same, with a required `realm` (AF-GRANT-14)."""
    given.need("realm")
    return _password(tenant, application, given)


def _mfa_oob(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `mfa_token`, `oob_code` and, except after a push notification, `binding_code` (AF-CONF-01)."""
    mfa_token, oob_code = given.need("mfa_token"), given.need("oob_code")
    holder = tenant.mfa_access.authorize_confirmation(mfa_token, bearer(), application)
    return tenant.enrollment.confirm_phone(holder, oob_code, given.get("binding_code"))


def _mfa_otp(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `mfa_token` and `otp` (AF-CONF-01)."""
    mfa_token, otp = given.need("mfa_token"), given.need("otp")
    return tenant.enrollment.confirm_app(
        tenant.mfa_access.authorize_confirmation(mfa_token, bearer(), application), otp
    )


def _mfa_recovery_code(tenant: Tenant, application: Application, given: Parameters) -> Json:
    """Read `mfa_token` and `recovery_code` (AF-CONF-01)."""
    mfa_token, code = given.need("mfa_token"), given.need("recovery_code")
    return tenant.recovery_codes.redeem(
        tenant.mfa_access.authorize_confirmation(mfa_token, bearer(), application), code
    )


GRANTS: dict[str, tuple[Grant, str, str]] = {
    grants.CODE: (_authorization_code, "seacft", "feacft"),
    grants.CLIENT_CREDENTIALS: (_client_credentials, "seccft", "feccft"),
    grants.REFRESH_TOKEN: (_refresh_token, "sertft", "fertft"),
    grants.PASSWORD: (_password, "sepft", "fepft"),
    grants.PASSWORD_REALM: (_password_realm, "sepft", "fepft"),
    grants.MFA_OOB: (_mfa_oob, "seoobft", "feoobft"),
    grants.MFA_OTP: (_mfa_otp, "seotpft", "feotpft"),
    grants.MFA_RECOVERY_CODE: (_mfa_recovery_code, "sercft", "fercft"),
}
"""Each grant's handler, and the log events of its success and its failure."""
