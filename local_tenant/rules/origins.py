"""Origins: which pages may call the tenant from a browser (contract, 9)."""

from __future__ import annotations

from urllib.parse import urlsplit

from local_tenant.rules.applications import Application
from local_tenant.rules.base import Rule

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
        return any(origin in self.of(one) for one in list(self.tenant.store.applications.values()))

    def of(self, application: Application) -> list[str]:
        """The origins of its callbacks, its allowed origins, and its web origins."""
        callbacks = [_origin(url) for url in application.callbacks]
        return [*callbacks, *application.allowed_origins, *application.web_origins]

    def may_be_messaged(self, application: Application, origin: str) -> bool:
        """An answer to a page (`web_message`) goes to a web origin of the application (contract, 1.5)."""
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
    except ValueError:  # the operator may list anything; what is no address has no origin
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
