"""Variations of refusals, CORS headers and the look of the pages."""

from __future__ import annotations

from local_tenant.errors import BAD_BINDING_CODE, BAD_OTP, Refused
from local_tenant.model import Application, SignIn
from local_tenant.rules.responses import Origins, Pages, Refusals
from local_tenant.variations import dialect, fault, look

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


look("identifier-first", Pages.first_screen, "AF-PAGE-11").always(
    "login/identifier", "The email address and the password are entered on two pages."
)
look("pages-in-arabic", Pages.languages, "AF-PAGE-25").always(
    ("ar",), "The pages are in Arabic, from right to left, whatever `ui_locales` says."
)
look("pages-in-german", Pages.languages, "AF-PAGE-25").always(
    ("de",), "The pages are in German, whatever `ui_locales` says."
)
look("decoy-password-field", Pages.has_decoy_password, "AF-PAGE-10").always(
    True, "A hidden, empty password field precedes each real one."
)
look("hidden-duplicate-submit", Pages.has_hidden_submit, "AF-PAGE-07").always(
    True, "A hidden copy of the submit button precedes the visible one."
)
look("resend-with-its-old-value", Pages.resend_action, "AF-PAGE-16").always(
    "resend-sms-sms", "The resend button has the value of the 2022 build."
)
dialect("decline-with-its-old-value", Pages.decline_action, "AF-PAGE-24").always(
    "decline", "The consent page's decline button has the value `decline`."
)
look("error-announcer", Pages.has_error_announcer, "AF-PAGE-09").always(
    True, "Each error message appears a second time on the page, for screen readers."
)
look("captcha", Pages.has_captcha, "AF-PAGE-13", stops="captcha").always(
    True, "The login page shows a captcha that no program can solve."
)
look("custom-template", Pages.has_custom_template, "AF-PAGE-25").always(
    True, "The widget is embedded in the tenant's own page, with its own banner, frames and forms."
)
look("cookie-banner", Pages.has_cookie_banner, "AF-PAGE-26").always(
    True, "A cookie banner covers the page until it is answered."
)
look("redrawn-by-script", Pages.is_redrawn_by_script, "AF-PAGE-26").always(
    True, "A script redraws the page shortly after loading, and typed text is lost."
)
look("validation-in-browser", Pages.validates_in_browser, "AF-PAGE-09").always(
    True, "The browser validates the fields, and the page always contains the mostly hidden error messages."
)
look("slow-assets", Pages.asset_delay, "AF-PAGE-26").always(
    2.0, "A style sheet and a script of the page take two seconds each."
)


@look("passkey-offer", Pages.extra_screens, "AF-PAGE-14").adding
def _(usual: list[str], /, self: Pages, sign_in: SignIn) -> list[str]:
    """Sign-in ends with the offer of a passkey."""
    return [*usual, "passkey-enrollment"] if sign_in.has_seen_a_screen else usual


@look("unknown-screen", Pages.extra_screens, "AF-PAGE-27", stops="unknown screen").adding
def _(usual: list[str], /, self: Pages, sign_in: SignIn) -> list[str]:
    """A screen of the tenant's own precedes the callback."""
    return [*usual, "club-card"]


@look("strict-content-security-policy", Pages.content_security_policy, "AF-PAGE-26")
def _(self: Pages, nonce: str) -> str:
    """The page allows no script and no external resource."""
    return f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
