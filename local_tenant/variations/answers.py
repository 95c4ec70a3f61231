"""How a refusal is said, and which pages may read it."""

from __future__ import annotations

from local_tenant.errors import BAD_BINDING_CODE, BAD_OTP, Refused
from local_tenant.model import Application
from local_tenant.rules.answers import Origins, Refusals
from local_tenant.variations.table import dialect, fault

fault("refusal-with-200", Refusals.status, "AF-GRANT-02").always(200, "Refusals have status 200.")


@fault("wrong-sms-code-with-404", Refusals.status, "AF-GRANT-02 AF-CONF-20")
def _(self: Refusals, refused: Refused) -> int:
    """A wrong SMS code is refused with status 404."""
    return 404 if refused.row is BAD_BINDING_CODE else Refusals.status(self, refused)


@fault("callback-has-code-and-error", Refusals.oauth_body, "AF-AUTHZ-13")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """A refused sign-in sends the callback a code together with the error."""
    return Refusals.oauth_body(self, refused) | ({"code": "code"} if refused.row.status == 302 else {})


@fault("mfa-required-with-access-token", Refusals.oauth_body, "AF-MFA-01")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """The response `mfa_required` contains an access token."""
    handed = {"access_token": "eyJ0"} if refused.row.error == "mfa_required" else {}
    return Refusals.oauth_body(self, refused) | handed


@fault("wrong-sms-code-with-otp-message", Refusals.oauth_body, "AF-CONF-20")
def _(self: Refusals, refused: Refused) -> dict[str, str]:
    """A wrong SMS code is refused with the error message for an OTP code."""
    words = {"error_description": BAD_OTP.description} if refused.row is BAD_BINDING_CODE else {}
    return Refusals.oauth_body(self, refused) | words


@fault("no-cors-for-callback-origins", Origins.origins_of, "AF-BROWSER-01")
def _(self: Origins, application: Application) -> list[str]:
    """A page at a registered callback's origin may not read the tenant's responses."""
    return [*application.allowed_origins, *application.web_origins]


@dialect("no-cors-for-web-origins", Origins.origins_of, "AF-BROWSER-02")
def _(self: Origins, application: Application) -> list[str]:
    """A page at an application's web origin may not read the tenant's responses."""
    return [origin for origin in Origins.origins_of(self, application) if origin not in application.web_origins]
