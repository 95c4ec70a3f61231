"""The table of screens that a sign-in can meet (AF-PAGE-01), and how errors on a page are read.

A screen is recognized by its path and form fields, not by visible words or class names: words are translated and
customized, and class names change with each release. The same `action` value means different things on different
screens, and differs between builds, so each entry lists the values of its screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mfa_verification.core.outcome import Inconclusive, Obstacle, Stop, stop_named
from mfa_verification.core.verdict import Cause
from mfa_verification.login.window import CODES_AND_KEYS, View


class Does(Enum):
    """What the user does at a screen."""

    SIGNS_IN = "types e-mail or password"
    ANSWERS = "types a code of a second factor"
    PICKS = "picks a method"
    CHOOSES = "picks the first of several devices"
    ENROLLS = "types a phone number to enroll"
    SETS_UP = "types the key into an app, and the OTP code"
    GOES_ON = "continues"
    CONSENTS = "consents or refuses"
    STOPS = "cannot continue"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of Universal Login."""

    name: str
    """Auth0's own screen id (AF-PAGE-03)."""
    does: Does
    asks_for: str
    """What the screen asks for, such as "the SMS code"."""
    paths: tuple[str, ...] = ()
    """What follows `/u/`, if that is not the name; a trailing `*` matches all that begin so."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """Required form fields, and what goes into each: `username`, `password`, `code` or `phone`."""
    ticks: Mapping[str, str] = field(default_factory=dict)
    """Checkboxes and radio buttons to select, if present."""
    presses: tuple[str, ...] = ("default",)
    """The `action` values that continue, one per build."""
    factor: str | None = None
    """The factor that the screen asks for."""
    others: tuple[str, ...] = ("pick-authenticator", "pick-authenticators")
    """The `action` values that lead to the list of methods."""
    resends: tuple[str, ...] = ()
    """The `action` values that send the code again."""
    calls: tuple[str, ...] = ()
    """The `action` values that request a voice call."""
    toggles: tuple[str, ...] = ("toggle-view",)
    """The `action` values that show a key as text instead of a QR code."""
    cancels: tuple[str, ...] = ("back-action",)
    """The `action` values that cancel."""
    stop: Stop | None = None
    """Why a sign-in stops here; None where that depends on the request."""
    shows_secret: bool = False
    """The screen shows a key or a recovery code, so no picture is taken."""

    @property
    def places(self) -> tuple[str, ...]:
        """Return what may follow `/u/`."""
        return self.paths or (self.name,)


FACTORS = {
    "sms": ("sms", "phone"),
    "voice": ("voice", "phone"),
    "otp": ("otp",),
    "email": ("email",),
    "recovery-code": ("recovery-code",),
    "push-notification": ("push-notification",),
    "webauthn-roaming": ("webauthn-roaming",),
    "webauthn-platform": ("webauthn-platform",),
    "duo": ("duo",),
}
"""Names of a factor in the list of methods: `sms::1`, or plain `sms` (AF-PAGE-04, AF-PAGE-20)."""

_CODE = {"code": "code"}
_SIGN_IN, _PROVE, _STOP, _ON = Does.SIGNS_IN, Does.ANSWERS, Does.STOPS, Does.GOES_ON
_ENROLL = Stop.ENROLLMENT_ASKED

SCREENS = (
    # E-mail and password.
    Screen("login", _SIGN_IN, "e-mail and password", fills={"username": "username", "password": "password"}),
    Screen("login-id", _SIGN_IN, "the e-mail", ("login/identifier", "login"), {"username": "username"}),
    Screen("login-password", _SIGN_IN, "the password", ("login/password", "login"), {"password": "password"}),
    # MFA challenges.
    Screen(
        "mfa-sms-challenge", _PROVE, "the SMS code", ("mfa-sms-challenge", "mfa-phone-challenge"), _CODE,
        factor="sms",
        resends=("resend-code", "resend-sms-sms", "resend-sms", "resend"),
        calls=("switch-to-voice", "resend-voice"),
    ),
    Screen(
        "mfa-voice-challenge", _PROVE, "the code of a voice call", fills=_CODE, factor="voice",
        resends=("resend-code", "resend-voice", "resend"),
    ),
    Screen(
        "mfa-phone-challenge", Does.CHOOSES, "SMS or voice call", ticks={"type": "sms"}, factor="sms",
        presses=("default", "sms", "text"),
    ),
    Screen(
        "mfa-email-challenge", _PROVE, "the code sent by email", fills=_CODE, factor="email",
        resends=("resend-code", "resend-email", "resend-sms", "resend"),
    ),
    Screen("mfa-otp-challenge", _PROVE, "an OTP code", fills=_CODE, factor="otp"),
    Screen("mfa-recovery-code-challenge", _PROVE, "a recovery code", fills=_CODE, factor="recovery-code"),
    Screen(
        "mfa-recovery-code-challenge-new-code", _ON, "to save the new recovery code", ticks={"saved": "true"},
        shows_secret=True,
    ),
    Screen("mfa-push-challenge-push", _STOP, "a notification to be accepted", ("mfa-push-challenge*",),
           factor="push-notification", resends=("resend-push-notification", "resend-code", "resend-sms")),
    Screen("mfa-webauthn-roaming-challenge", _STOP, "a security key", ("mfa-webauthn-roaming-challenge*",),
           factor="webauthn-roaming"),
    Screen("mfa-webauthn-platform-challenge", _STOP, "a platform authenticator", ("mfa-webauthn-platform-challenge*",),
           factor="webauthn-platform"),
    Screen("mfa-login-options", Does.PICKS, "a method to be picked"),
    Screen("mfa-sms-list", Does.CHOOSES, "a phone to be picked", presses=("selection-action::*",), factor="sms"),
    Screen("mfa-email-list", Does.CHOOSES, "an address to be picked", presses=("selection-action::*",), factor="email"),
    Screen("mfa-push-list", _STOP, "a device with the Guardian app to be picked", factor="push-notification"),
    Screen("mfa-detect-browser-capabilities", _ON, "browser features"),
    # Enrollment.
    Screen("mfa-begin-enroll-options", Does.PICKS, "a factor to be enrolled",
           ("mfa-enroll-options", "mfa-begin-enroll-options"), stop=_ENROLL),
    Screen("mfa-sms-enrollment", Does.ENROLLS, "a phone number for SMS", fills={"phone": "phone"}, factor="sms",
           stop=_ENROLL),
    Screen("mfa-phone-enrollment", Does.ENROLLS, "a phone number", fills={"phone": "phone"}, ticks={"type": "sms"},
           factor="sms", stop=_ENROLL),
    Screen("mfa-voice-enrollment", Does.ENROLLS, "a phone number for calls", fills={"phone": "phone"}, factor="voice",
           stop=_ENROLL),
    Screen("mfa-sms-enrollment-verify", _PROVE, "the SMS code for the new phone",
           ("mfa-sms-enrollment-verify", "mfa-phone-enrollment-verify"), _CODE, factor="sms",
           resends=("resend-code", "resend-sms-sms", "resend-sms", "resend"), stop=_ENROLL),
    Screen("mfa-voice-enrollment-verify", _PROVE, "the voice code for the new phone", fills=_CODE, factor="voice",
           stop=_ENROLL),
    Screen("mfa-country-codes", _STOP, "a country to be picked", stop=_ENROLL),
    # QR code and key as text have the same path and field; only the key itself tells them apart.
    Screen("mfa-otp-enrollment-qr", Does.SETS_UP, "an authenticator app to be set up", ("mfa-otp-enrollment*",),
           factor="otp", stop=_ENROLL, shows_secret=True),
    Screen("mfa-recovery-code-enrollment", _ON, "to save the recovery code", ticks={"saved": "true"},
           shows_secret=True),
    Screen("mfa-enroll-result", _ON, "to confirm that a factor was enrolled"),
    Screen("mfa-push-welcome", _STOP, "the Guardian app to be set up", ("mfa-push-welcome*", "mfa-push-enrollment*"),
           factor="push-notification", stop=_ENROLL, shows_secret=True),
    Screen("mfa-webauthn-platform-enrollment", _ON, "to enroll this device as a factor",
           presses=("snooze-enrollment", "refuse-add-device")),
    Screen("mfa-webauthn-enrollment", _STOP, "a security key or this device to be enrolled", ("mfa-webauthn-*",),
           stop=_ENROLL),
    # Between the other screens.
    Screen("passkey-enrollment", _ON, "to create a passkey", ("passkey-enrollment*",),
           presses=("abort-passkey-enrollment",)),
    Screen("consent", Does.CONSENTS, "consent", presses=("accept",), cancels=("decline", "deny"),
           stop=Stop.CONSENT_ASKED),
    Screen("customized-consent", Does.CONSENTS, "consent", presses=("accept",), cancels=("decline", "deny"),
           stop=Stop.CONSENT_ASKED),
    Screen("login-confirmation", _ON, "to confirm the sign-in",
           ("login-confirmation*", "confirmation*"), presses=("accept", "continue", "confirm", "default")),
    # Where a user with a password cannot continue.
    Screen("signup", _STOP, "a sign-up", ("signup*",), stop=Stop.SIGN_UP_ASKED),
    Screen("reset-password", _STOP, "the password to be changed", ("reset-password*",), stop=Stop.PASSWORD_CHANGE),
    Screen("email-verification", _STOP, "the e-mail address to be verified",
           ("email-verification*", "login-email-verification*", "email-identifier-challenge*", "email-otp-challenge*"),
           stop=Stop.EMAIL_VERIFICATION),
    Screen("login-passwordless", _STOP, "a sign-in without a password",
           ("login-passwordless*", "phone-identifier-*", "email-link-*"), stop=Stop.OTHER_SIGN_IN),
    Screen("organization", _STOP, "an organization to be chosen", ("organization*", "invitation*"),
           stop=Stop.OTHER_SIGN_IN),
)  # fmt: skip


def screen_at(path: str, fields: frozenset[str]) -> Screen | None:
    """Return the screen for a path after `/u/` whose fields are all there; None where there is none.

    Of several, the one with the most fields is returned: `/u/login` may ask for both fields or for either.
    """
    there = [screen for screen in SCREENS if any(_is_at(place, path) for place in screen.places)]
    fitting = [screen for screen in there if set(screen.fills) <= fields]
    return max(fitting, key=lambda screen: (len(screen.fills), path in screen.places), default=None)


def _is_at(place: str, path: str) -> bool:
    return path.startswith(place[:-1]) if place.endswith("*") else path == place


def table() -> str:
    """Return the table in docs/sign-in.md."""
    lines = ["| screen | where, after `/u/` | it asks for | fields | the user |", "|---|---|---|---|---|"]
    for screen in SCREENS:
        places = ", ".join(f"`{place}`" for place in screen.places)
        fields = ", ".join(f"`{name}`" for name in screen.fills)
        stops = f"; without it: {screen.stop}" if screen.stop and screen.does is not Does.STOPS else ""
        does = f"{screen.does.value}: {screen.stop}" if screen.does is Does.STOPS and screen.stop else screen.does.value
        lines.append(f"| `{screen.name}` | {places} | {screen.asks_for} | {fields} | {does}{stops} |")
    return "\n".join(lines) + "\n"


OUTAGES = {
    "too-many-sms": Cause.RATE_LIMITED,
    "too-many-voice": Cause.RATE_LIMITED,
    "too-many-email": Cause.RATE_LIMITED,
    "too-many-logins": Cause.RATE_LIMITED,
    "same-user-login": Cause.RATE_LIMITED,
    "ip-blocked": Cause.RATE_LIMITED,
    "send-sms-failed": Cause.SMS_NOT_DELIVERED,
    "sms-authenticator-error": Cause.SMS_NOT_DELIVERED,
    "send-voice-failed": Cause.SMS_NOT_DELIVERED,
    "invalid-captcha": Cause.CAPTCHA,
    "captcha-required": Cause.CAPTCHA,
    "captcha-client-failure": Cause.CAPTCHA,
    "captcha-validation-failure": Cause.CAPTCHA,
    "password-breached": Cause.PASSWORD_BREACHED,
}
"""Error codes that say nothing about the tenant."""
STOPS = {
    "user-blocked": Stop.ACCOUNT_BLOCKED,
    "too-many-failures": Stop.CODE_REFUSED_FOR_NOW,
    "no-transaction-in-progress": Stop.TRANSACTION_EXPIRED,
    "transaction-not-found": Stop.TRANSACTION_EXPIRED,
    "transaction-expired": Stop.TRANSACTION_EXPIRED,
    "password-expired": Stop.PASSWORD_CHANGE,
    "email-not-verified": Stop.EMAIL_VERIFICATION,
}
"""Error codes about the tenant or the user; every other one means that the typed value was wrong."""


ERROR_SCREEN = "error page"
_RATE_LIMIT = "rate limit for endpoint"  # AF-AUTHZ-24: not translated


def is_ready(view: View) -> bool:
    """Return whether the page is complete enough to act on."""
    if view.error_page or (view.status is not None and (view.status == 429 or view.status >= 500)):
        return True
    if view.place is None:
        return is_error_page(view)
    screen = screen_at(view.place, view.fields)
    if view.errors or view.captcha:
        return True
    if screen is None:
        return False
    alternatives = (*screen.presses, *screen.others) if screen.does is not Does.STOPS else ()
    is_offer = screen.does is Does.PICKS and view.actions
    return screen.does is Does.STOPS or bool(is_offer) or view.way(tuple(screen.fills), alternatives) is not None


def is_error_page(view: View) -> bool:
    """Return whether this is the tenant's own error page, and not one of a proxy or firewall.

    A customized error page is recognized by Auth0's words, except those that a firewall may use as well.
    """
    return view.error_page or stop_named("", view.text) not in (None, Stop.ACCOUNT_BLOCKED)


def raise_for_outage(view: View) -> None:
    """Raise `Inconclusive` for an error that says nothing about the tenant, on any page."""
    words = f': "{said_on(view)}"' if view.errors else ""
    if view.status is not None and view.status >= 500:
        raise Inconclusive(Cause.TENANT_UNAVAILABLE, f"{view.path} returned {view.status}{words}")
    # A blocked user is told so with any status: that is about the user, not the rate (AF-PAGE-28).
    is_blocked = any(STOPS.get(code) is Stop.ACCOUNT_BLOCKED for code in view.codes)
    if (view.status == 429 and not is_blocked) or _RATE_LIMIT in view.text:
        raise Inconclusive(Cause.RATE_LIMITED, f"{view.path} returned {view.status}, too many requests{words}")
    if view.captcha:
        raise Inconclusive(Cause.CAPTCHA, f"{view.path} asks for a captcha{words}")
    for code in view.codes:
        if code in OUTAGES:
            raise Inconclusive(OUTAGES[code], f"{view.path} shows the error {code}{words}")


def error_page_of(view: View) -> Obstacle:
    """Return the obstacle for the tenant's own error page."""
    words = _readable(view.text)
    stop = stop_named("", view.text) or Stop.ERROR_PAGE
    return Obstacle(ERROR_SCREEN, f'the tenant returned {view.status}: "{words}"', stop, words)


def unknown(view: View) -> Inconclusive:
    """Return the error for an unknown page, with all that an entry in the table needs."""
    return Inconclusive(
        Cause.UNKNOWN_SCREEN,
        f'the page at {view.path} ("{view.title}", status {view.status}) is unknown; '
        f"its fields: {', '.join(sorted(view.fields)) or 'none'}; its buttons: {', '.join(view.actions) or 'none'}; "
        f'text: "{_readable(view.text)[:160]}"; docs/sign-in.md says how to add a screen',
    )


def said_on(view: View) -> str:
    """Return the errors on the page in the tenant's words, without codes and keys."""
    return _readable("; ".join(view.errors))


def _readable(text: str) -> str:
    """Return text in one line without what looks like a code or a key."""
    return CODES_AND_KEYS.sub("•••", " ".join(text.split()))[:300]


if __name__ == "__main__":
    print(table(), end="")
