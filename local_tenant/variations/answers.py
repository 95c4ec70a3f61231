"""How a refusal is said, and which pages may read it."""

from __future__ import annotations

from local_tenant.errors import BAD_BINDING_CODE, BAD_OTP, Refused
from local_tenant.model import Application
from local_tenant.rules.answers import Origins, Refusals
from local_tenant.variations.table import dialect, fault

fault("refusal-with-200", Refusals.status, "AF-GRANT-02").always(200, "Refusals are answered with status 200.")


@fault("wrong-code-with-404", Refusals.status, "AF-GRANT-02 AF-CONF-20")
def _(self: Refusals, refused: Refused) -> int:
    """A wrong texted code is answered as if there were no such page."""
    return 404 if refused.row is BAD_BINDING_CODE else Refusals.status(self, refused)


@fault("callback-brings-a-code-beside-the-error", Refusals.oauth_body, "AF-AUTHZ-13")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """Where a sign-in is refused, a code comes to the callback as well."""
    return Refusals.oauth_body(self, refused) | ({"code": "code"} if refused.row.status == 302 else {})


@fault("refusal-hands-out-tokens", Refusals.oauth_body, "AF-MFA-01")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """Whoever is told to show a second factor gets an access token in the same answer."""
    handed = {"access_token": "eyJ0"} if refused.row.error == "mfa_required" else {}
    return Refusals.oauth_body(self, refused) | handed


@fault("wrong-text-in-the-words-of-an-app", Refusals.oauth_body, "AF-CONF-20")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """A wrong texted code is refused in the words of a wrong one-time password."""
    words = {"error_description": BAD_OTP.words} if refused.row is BAD_BINDING_CODE else {}
    return Refusals.oauth_body(self, refused) | words


@fault("page-of-a-callback-may-not-call", Origins.of, "AF-BROWSER-01")
def _(self: Origins, application: Application) -> list[str]:
    """A page at an application's own callback may not read what the tenant answers."""
    return [*application.allowed_origins, *application.web_origins]


@dialect("web-origins-are-no-cors-origins", Origins.of, "AF-BROWSER-02")
def _(self: Origins, application: Application) -> list[str]:
    """An application's web origins may not call the tenant from a browser."""
    return [origin for origin in Origins.of(self, application) if origin not in application.web_origins]
