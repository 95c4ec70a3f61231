"""Discovery and the key set (contract, 9 and 1.6)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from local_tenant.rules import applications, grants
from local_tenant.rules.tokens import IDENTITY_SCOPES, OTHER_SCOPES
from local_tenant.tenant import Tenant
from local_tenant.web.authorize_reading import RESPONSE_TYPES


def blueprint(tenant: Tenant) -> Blueprint:
    """Return `/.well-known/…`."""
    routes = Blueprint("discovery", __name__)

    @routes.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(_configuration(tenant))

    @routes.get("/.well-known/jwks.json")
    def keys() -> Response:
        return jsonify(tenant.tokens.key_set())

    return routes


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
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            grants.CODE,
            grants.CLIENT_CREDENTIALS,
            grants.IMPLICIT,
            grants.REFRESH_TOKEN,
            grants.PASSWORD,
            grants.PASSWORD_REALM,
            *grants.MFA,
        ],
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": applications.ALGORITHMS,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": [
            "aud",
            "amr",
            "auth_time",
            "email",
            "email_verified",
            "exp",
            "iat",
            "iss",
            "name",
            "nickname",
            "sub",
        ],
    }
