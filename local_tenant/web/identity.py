"""`/userinfo` and `/oauth/revoke`, as clients use them (contract, 3.5; RFC 7009)."""

from __future__ import annotations

from flask import Blueprint, Response, after_this_request, jsonify, make_response

from local_tenant.tenant import Tenant
from local_tenant.web.reading import bearer, credentials, parameters


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the two paths."""
    routes = Blueprint("identity", __name__)

    @routes.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> Response:
        after_this_request(_challenge)
        return jsonify(tenant.userinfo.claims(bearer()))

    @routes.post("/oauth/revoke")
    def revoke() -> Response:
        given = parameters()
        token = given.need("token")
        tenant.refresh_tokens.revoke(tenant.applications.authenticate(credentials(given)), token)
        return make_response("", 200)

    return routes


def _challenge(response: Response) -> Response:
    """Clients read the status of a 401 from this header."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Users", error="invalid_token"'
    return response
