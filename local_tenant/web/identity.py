"""Discovery, userinfo, revocation, logout, sign-up and password change.

Facts: AF-TOKEN-12, AF-TOKEN-14, AF-GRANT-34. For `/dbconnections/*` and logout: AF-USER-09, AF-USER-10, AF-AUTHZ-38,
AF-AUTHZ-39.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, after_this_request, jsonify, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from local_tenant.errors import (
    BAD_ID_TOKEN_HINT,
    DB_BODY,
    DB_CLIENT_UNKNOWN,
    DB_CONNECTION_UNKNOWN,
    DB_WEAK_PASSWORD,
    LOGOUT_URL_NOT_ALLOWED,
    UNKNOWN_CLIENT,
    Refused,
)
from local_tenant.model import Application
from local_tenant.rules import applications, grants
from local_tenant.rules.tokens import IDENTITY_SCOPES, OTHER_SCOPES
from local_tenant.rules.users import EMAIL_ADDRESS
from local_tenant.tenant import Tenant
from local_tenant.web.authorize import RESPONSE_TYPES
from local_tenant.web.reading import BROWSER_COOKIE, Parameters, bearer, credentials, json_object, parameters

SENT = "We've just sent you an email to reset your password."


def blueprint(tenant: Tenant) -> Blueprint:
    """Return discovery, key set, `/userinfo`, `/oauth/revoke`, and the two logout endpoints."""
    routes = Blueprint("identity", __name__)

    @routes.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(_configuration(tenant))

    @routes.get("/.well-known/jwks.json")
    def keys() -> Response:
        return jsonify(tenant.signatures.key_set())

    @routes.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> Response:
        after_this_request(_challenge)
        return jsonify(tenant.userinfo.claims(bearer()))

    @routes.post("/oauth/revoke")
    def revoke() -> Response:
        """Revoke a refresh token (RFC 7009)."""
        given = parameters()
        token = given.need("token")
        tenant.refresh_tokens.revoke(tenant.applications.authenticate(credentials(given)), token)
        return make_response("", 200)

    @routes.get("/v2/logout")
    def logout() -> AnyResponse:
        """Read `client_id` and `returnTo`; `federated` has no effect."""
        application = _application(tenant, request.args.get("client_id"))
        return _leave(tenant, application, request.args.get("returnTo"))

    @routes.route("/oidc/logout", methods=["GET", "POST"])
    def oidc_logout() -> AnyResponse:
        """Read `id_token_hint` or `client_id`, `post_logout_redirect_uri` and `state`; `logout_hint` has no effect."""
        given = request.values
        hinted = _hinted(tenant, given.get("id_token_hint"))
        application = _application(tenant, given.get("client_id") or hinted)
        return _leave(tenant, application, given.get("post_logout_redirect_uri"), given.get("state"))

    return routes


def dbconnections(tenant: Tenant) -> Blueprint:
    """Return the routes under `/dbconnections/`."""
    routes = Blueprint("dbconnections", __name__, url_prefix="/dbconnections")

    @routes.post("/signup")
    def signup() -> Response:
        given = _dbconnections_request(tenant)
        tenant.attack_protection.check_sign_up()
        email, password = _needed(given, "email"), _needed(given, "password")
        if not EMAIL_ADDRESS.fullmatch(email):
            raise Refused(DB_BODY, problem="email format validation failed")
        if not tenant.users.password_is_strong(password):
            raise Refused(DB_WEAK_PASSWORD)
        user = tenant.users.sign_up(email, password, given["connection"])
        tenant.log.add("ss", user_id=user.user_id, client_id=given["client_id"])
        shown = {"_id": user.user_id.removeprefix("auth0|"), "email": user.email, "email_verified": False}
        return jsonify(shown | {"app_metadata": {}, "user_metadata": {}})

    @routes.post("/change_password")
    def change_password() -> Response:
        given = _dbconnections_request(tenant)
        tenant.users.request_password_change(_needed(given, "email"), given["connection"], given.get("password"))
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


def _dbconnections_request(tenant: Tenant) -> Parameters:
    """Read the request, form-encoded or JSON; JSON values that are no strings are ignored. Raises Refused."""
    body = json_object()
    if body is None:
        given = parameters()
    else:
        given = Parameters({name: value for name, value in body.items() if isinstance(value, str) and value})
    if _needed(given, "client_id") not in tenant.store.applications:
        raise Refused(DB_CLIENT_UNKNOWN)
    if not tenant.connections.is_enabled(_needed(given, "connection"), given["client_id"]):
        raise Refused(DB_CONNECTION_UNKNOWN)
    return given


def _needed(given: Parameters, name: str) -> str:
    if name not in given:
        raise Refused(DB_BODY, problem=f"{name} is required")
    return given[name]


def _challenge(response: Response) -> Response:
    """Add `WWW-Authenticate` to a 401 response: clients read the error there."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Users", error="invalid_token"'
    return response


def _hinted(tenant: Tenant, hint: str | None) -> str | None:
    """Return the client id of an id token, expired or not. Raises Refused."""
    if not hint:
        return None
    claims = tenant.signatures.verify(hint)
    if claims is None or not isinstance(claims.get("aud"), str):
        raise Refused(BAD_ID_TOKEN_HINT)
    return str(claims["aud"])


def _application(tenant: Tenant, client_id: str | None) -> Application | None:
    if not client_id:
        return None
    if client_id not in tenant.store.applications:
        raise Refused(UNKNOWN_CLIENT, client=client_id)
    return tenant.store.applications[client_id]


def _leave(tenant: Tenant, application: Application | None, url: str | None, state: str | None = None) -> AnyResponse:
    """End the session, and redirect to an allowed logout URL."""
    if url and not tenant.applications.logout_url_is_allowed(application, url):
        tenant.log.add("flo", client_id=application.client_id if application else None)
        raise Refused(LOGOUT_URL_NOT_ALLOWED, url=url)
    ended = tenant.sessions.end(request.cookies.get(BROWSER_COOKIE, ""))
    client_id = application.client_id if application else None
    tenant.log.add("slo", user_id=ended.user_id if ended else None, client_id=client_id)
    where = url and (url if state is None else f"{url}{'&' if '?' in url else '?'}{urlencode({'state': state})}")
    response: AnyResponse = redirect(where) if where else make_response("OK", 200)
    response.delete_cookie(BROWSER_COOKIE, path="/", secure=True, httponly=True, samesite="None")
    return response


def _configuration(tenant: Tenant) -> dict[str, object]:
    issuer = tenant.tokens.issuer()
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}authorize",
        "token_endpoint": f"{issuer}oauth/token",
        "userinfo_endpoint": f"{issuer}userinfo",
        "revocation_endpoint": f"{issuer}oauth/revoke",
        "end_session_endpoint": f"{issuer}oidc/logout",
        "jwks_uri": f"{issuer}.well-known/jwks.json",
        "mfa_challenge_endpoint": f"{issuer}mfa/challenge",
        "scopes_supported": [*IDENTITY_SCOPES, *OTHER_SCOPES],
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": [
            grants.CODE, grants.CLIENT_CREDENTIALS, grants.IMPLICIT, grants.REFRESH_TOKEN, grants.PASSWORD,
            grants.PASSWORD_REALM, *grants.MFA,
        ],
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": [
            "none", "client_secret_basic", "client_secret_post", "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": applications.ALGORITHMS,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": [
            "aud", "amr", "auth_time", "email", "email_verified", "exp", "iat", "iss", "name", "nickname", "sub",
        ],
    }  # fmt: skip
