"""How the tenant responds: error bodies, CORS headers, and the look of the pages.

Facts: AF-GRANT-02, AF-MGMT-04, AF-BROWSER-01, AF-PAGE-01.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from local_tenant.errors import API_AUDIENCE_BAD, API_SIGNATURE_BAD, API_TOKEN_BAD, API_TOKEN_EXPIRED, Refused
from local_tenant.model import Application, SignIn
from local_tenant.rules import Rule


class Refusals(Rule):
    """Status and body of a refusal."""

    def status(self, refused: Refused) -> int:
        """Return the row's status."""
        return refused.row.status

    def oauth_body(self, refused: Refused) -> dict[str, str]:
        """Return `error` and `error_description`."""
        return {"error": refused.row.error, "error_description": refused.description}

    def management_body(self, refused: Refused) -> dict[str, object]:
        """Return `statusCode`, `error` (the HTTP reason phrase), `message` and `errorCode`."""
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
    """CORS, on the paths that pages call, refusals included; auth0-js reads the key set too."""

    def is_served(self, path: str) -> bool:
        """Return whether a path has CORS headers: token endpoint, MFA API, userinfo, database connections, key set."""
        return path.startswith(PATHS)

    def is_allowed(self, origin: str) -> bool:
        """An origin of any application is allowed: a preflight request does not name the application."""
        return any(origin in self.origins_of(one) for one in list(self.tenant.store.applications.values()))

    def origins_of(self, application: Application) -> list[str]:
        """Return the origins of an application: of its callbacks, its allowed origins, its web origins."""
        callbacks = [origin_of(url) for url in application.callbacks]
        return [*callbacks, *application.allowed_origins, *application.web_origins]

    def accepts_web_message(self, application: Application, origin: str) -> bool:
        """A `web_message` response may go to a web origin of the application (AF-AUTHZ-31)."""
        return origin in [one.lower().rstrip("/") for one in application.web_origins]

    def headers(self, origin: str | None, preflight: bool) -> dict[str, str]:
        """Return the CORS headers; only `Vary` where the origin is not allowed."""
        headers = {"Vary": "Origin"}
        if origin is None or not self.is_allowed(origin):
            return headers
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        if preflight:
            headers |= {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": HEADERS}
        return headers


def origin_of(url: str) -> str:
    """Return the origin of a URL; an empty string for an invalid one."""
    try:
        parts = urlsplit(url)
    except ValueError:  # the administrator may register an invalid URL
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


class Pages(Rule):
    """How the pages of Universal Login differ from tenant to tenant."""

    def first_screen(self) -> Literal["login", "login/identifier"]:
        """Email address and password are on one page, unless `identifier_first` is set."""
        return "login/identifier" if self.tenant.settings.prompts["identifier_first"] else "login"

    def extra_screens(self, sign_in: SignIn) -> list[str]:
        """No screen is between MFA and consent. Looks add their screens here."""
        return []

    def languages(self) -> tuple[str, ...]:
        """Return the languages of the pages; the first is used where `ui_locales` names none of them."""
        return ("en", "de", "ar")

    def language(self, requested: tuple[str, ...]) -> str:
        """Return the first requested language that is available."""
        there_are = self.languages()
        return next((one[:2].lower() for one in requested if one[:2].lower() in there_are), there_are[0])

    def has_decoy_password(self, path: str) -> bool:
        """The page of the email address has a hidden, unused password field."""
        return path == "login/identifier"

    def has_hidden_submit(self) -> bool:
        """Newer builds put a hidden copy of the submit button before the visible one."""
        return False

    def resend_action(self) -> str:
        """Return the value of the resend button."""
        return "resend-code"

    def decline_action(self) -> str:
        """Return the value of the consent page's decline button (AF-PAGE-24)."""
        return "deny"

    def has_error_announcer(self) -> bool:
        """Newer builds repeat an error message for screen readers."""
        return False

    def has_captcha(self) -> bool:
        """The login page has no captcha."""
        return False

    def has_custom_template(self) -> bool:
        """The page contains only the tenant's widget."""
        return False

    def has_cookie_banner(self) -> bool:
        """Nothing covers the page."""
        return False

    def is_redrawn_by_script(self) -> bool:
        """The page does not change after loading."""
        return False

    def validates_in_browser(self) -> bool:
        """Only the tenant validates the fields."""
        return False

    def asset_delay(self) -> float:
        """Pages load no further files, so there is no delay; in seconds."""
        return 0.0

    def content_security_policy(self, nonce: str) -> str:
        """Pages may not be framed; there is no other restriction."""
        return "frame-ancestors 'none'"
