"""How a refusal is said, and which pages of a browser may read it (AF-GRANT-02, AF-MGMT-04, AF-BROWSER-01)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from local_tenant.errors import API_AUDIENCE_BAD, API_SIGNATURE_BAD, API_TOKEN_BAD, API_TOKEN_EXPIRED, Refused
from local_tenant.model import Application, SignIn
from local_tenant.rules import Rule


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


class Pages(Rule):
    """How pages differ from tenant to tenant."""

    def first_screen(self) -> Literal["login", "login/identifier"]:
        """Address and password on one page, unless the tenant's prompt settings say the address first."""
        return "login/identifier" if self.tenant.settings.prompts["identifier_first"] else "login"

    def extra_screens(self, sign_in: SignIn) -> list[str]:  # noqa: ARG002  # looks that add a screen look at it
        """Nothing stands between the second factor and consent. Looks that add a screen chain here."""
        return []

    def languages(self) -> tuple[str, ...]:
        """What the pages are written in; the first one where `ui_locales` names none of them."""
        return ("en", "de", "ar")

    def language(self, asked: tuple[str, ...]) -> str:
        """The first language asked for that there is."""
        there_are = self.languages()
        return next((one[:2].lower() for one in asked if one[:2].lower() in there_are), there_are[0])

    def has_decoy_password(self, path: str) -> bool:
        """The page that asks for the address alone has a hidden password field that nobody fills."""
        return path == "login/identifier"

    def has_hidden_submit(self) -> bool:
        """Newer builds put a hidden copy of the submit button before the visible one."""
        return False

    def resend_action(self) -> str:
        """The value of the button that asks for another text."""
        return "resend-code"

    def decline_action(self) -> str:
        """The value of the button that refuses consent (AF-PAGE-24)."""
        return "deny"

    def has_error_announcer(self) -> bool:
        """Newer builds repeat an error's words for screen readers."""
        return False

    def has_captcha(self) -> bool:
        """No picture is to be read before the password."""
        return False

    def has_custom_template(self) -> bool:
        """The page holds the tenant's own widget and nothing else."""
        return False

    def has_cookie_banner(self) -> bool:
        """Nothing lies over the page."""
        return False

    def is_redrawn_by_script(self) -> bool:
        """What was loaded stays as it is."""
        return False

    def validates_in_browser(self) -> bool:
        """Fields are looked at by the tenant alone."""
        return False

    def asset_delay(self) -> float:
        """A page needs no file beside it, so nothing is slow; in seconds."""
        return 0.0

    def content_security_policy(self, nonce: str) -> str:  # noqa: ARG002  # a stricter one names it
        """Pages are shown in no frame; nothing else is forbidden."""
        return "frame-ancestors 'none'"
