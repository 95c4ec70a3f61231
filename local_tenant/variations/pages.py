"""How the pages of a sign-in look."""

from __future__ import annotations

from local_tenant.model import SignIn
from local_tenant.rules.pages import Pages
from local_tenant.variations.table import dialect, look

look("identifier-first", Pages.first_screen, "AF-PAGE-11").always(
    "login/identifier", "The address is asked for on one page, the password on the next."
)
look("pages-in-arabic", Pages.languages, "AF-PAGE-25").always(
    ("ar",), "The pages are in Arabic, from right to left, whatever `ui_locales` says."
)
look("pages-in-german", Pages.languages, "AF-PAGE-25").always(
    ("de",), "The pages are in German, whatever `ui_locales` says."
)
look("decoy-password-field", Pages.has_decoy_password, "AF-PAGE-10").always(
    True, "Every page that asks for a password has a hidden one before it that nobody fills."
)
look("hidden-duplicate-submit", Pages.has_hidden_submit, "AF-PAGE-07").always(
    True, "A hidden copy of the submit button stands before the visible one."
)
look("resend-by-its-old-value", Pages.resend_action, "AF-PAGE-16").always(
    "resend-sms-sms", "The button for another text has the value of the 2022 build."
)
dialect("decline-by-its-old-value", Pages.decline_action, "AF-PAGE-24").always(
    "decline", "Consent is refused with `decline`."
)
look("error-announcer", Pages.has_error_announcer, "AF-PAGE-09").always(
    True, "The words of an error stand a second time on the page, for screen readers."
)
look("captcha", Pages.has_captcha, "AF-PAGE-13", stops="captcha").always(
    True, "A picture is to be read before the password is looked at, and nobody can read it."
)
look("custom-template", Pages.has_custom_template, "AF-PAGE-25").always(
    True, "The widget stands in the tenant's own page, with its banner, frames and forms."
)
look("cookie-banner", Pages.has_cookie_banner, "AF-PAGE-26").always(
    True, "A banner about cookies lies over the page until it is answered."
)
look("redrawn-by-script", Pages.is_redrawn_by_script, "AF-PAGE-26").always(
    True, "A script draws the page anew shortly after it has loaded, and what was typed before is lost."
)
look("validation-in-browser", Pages.validates_in_browser, "AF-PAGE-09").always(
    True, "The browser looks at the fields first; its errors are always in the page, and mostly hidden."
)
look("slow-assets", Pages.asset_delay, "AF-PAGE-26").always(
    2.0, "A style sheet and a script of the page take two seconds each."
)


@look("passkey-offer", Pages.interludes, "AF-PAGE-14").adding
def _(usual: list[str], /, self: Pages, sign_in: SignIn) -> list[str]:
    """After a sign-in a passkey is offered."""
    return [*usual, "passkey-enrollment"] if sign_in.was_asked else usual


@look("screen-nobody-knows", Pages.interludes, "AF-PAGE-27", stops="unknown screen").adding
def _(usual: list[str], /, self: Pages, sign_in: SignIn) -> list[str]:
    """A screen of this tenant's own stands before the callback."""
    return [*usual, "club-card"]


@look("strict-content-security-policy", Pages.content_security_policy, "AF-PAGE-26")
def _(self: Pages, nonce: str) -> str:
    """No script of anybody runs in the page, and nothing is loaded from elsewhere."""
    return f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
