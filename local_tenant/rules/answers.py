"""How a refusal is said, and which pages of a browser may read it (AF-GRANT-02, AF-MGMT-04, AF-BROWSER-01)."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from local_tenant.errors import API_AUDIENCE_BAD, API_SIGNATURE_BAD, API_TOKEN_BAD, API_TOKEN_EXPIRED, Refused
from local_tenant.model import Application
from local_tenant.rules.base import Rule


class Refusals(Rule):
    """From a row of the table to an answer."""

    def status(self, refused: Refused) -> int:
        """The row's own status."""
        return refused.row.status

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        """`error` and `error_description`."""
        return {"error": refused.row.error, "error_description": refused.description}

    def management_body(self, refused: Refused) -> dict[str, object]:
        """`statusCode`, `error` (the HTTP phrase), `message`, `errorCode`."""
        row = refused.row
        body: dict[str, object] = {"statusCode": row.status, "error": HTTPStatus(row.status).phrase}
        body["message"] = refused.description
        if row.error:
            body["errorCode"] = row.error
        if row in (API_TOKEN_BAD, API_TOKEN_EXPIRED, API_SIGNATURE_BAD, API_AUDIENCE_BAD):
            body["attributes"] = {"error": refused.description}
        return body


PATHS = ("/oauth/token", "/oauth/revoke", "/mfa/", "/userinfo", "/dbconnections/", "/.well-known/")
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = "Authorization, Content-Type, Auth0-Client"


class Origins(Rule):
    """CORS: answered on the paths that pages call, refusals included; auth0-js reads the keys too."""

    def is_served(self, path: str) -> bool:
        """Token endpoint, MFA API, userinfo, the database's own paths, and the keys."""
        return path.startswith(PATHS)

    def is_allowed(self, origin: str) -> bool:
        """A preflight does not say whose page asks: an origin of any application will do."""
        return any(origin in self.origins_of(one) for one in list(self.tenant.store.applications.values()))

    def origins_of(self, application: Application) -> list[str]:
        """The origins of its callbacks, its allowed origins, and its web origins."""
        callbacks = [_origin(url) for url in application.callbacks]
        return [*callbacks, *application.allowed_origins, *application.web_origins]

    def accepts_web_message(self, application: Application, origin: str) -> bool:
        """An answer to a page (`web_message`) goes to a web origin of the application (AF-AUTHZ-31)."""
        return origin in [one.lower().rstrip("/") for one in application.web_origins]

    def headers(self, origin: str | None, preflight: bool) -> dict[str, str]:
        """What an answer says about the origin; nothing for one that is not allowed."""
        headers = {"Vary": "Origin"}
        if origin is None or not self.is_allowed(origin):
            return headers
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        if preflight:
            headers |= {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": HEADERS}
        return headers


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # the administrator may list anything; what is no address has no origin
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
