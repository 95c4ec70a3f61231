"""The screens that a sign-in can meet: one table, one entry a screen (AF-PAGE-01); and what a page says beside it.

A screen is recognised by its path and its form fields, never by visible text or class names: texts are
translated and customised, classes are hashed anew with each release. The same `action` value means different
things on different screens, and differs from build to build: each entry lists what its own screen may call it.
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
    CHOOSES = "takes the first of several devices"
    ENROLLS = "types what a factor is enrolled with"
    SETS_UP = "types the key into an app, and the app's code"
    GOES_ON = "goes on, answering nothing"
    CONSENTS = "consents, or refuses"
    STOPS = "cannot go on"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of Universal Login."""

    name: str
    """Auth0's own screen id (AF-PAGE-03)."""
    does: Does
    wants: str
    """What it wants, in words: "the SMS code"."""
    paths: tuple[str, ...] = ()
    """What follows `/u/`, where that is not the name; one that ends in `*` stands for all that begin so."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """Form fields that it must have, and what goes into each: `username`, `password`, `code` or `phone`."""
    ticks: Mapping[str, str] = field(default_factory=dict)
    """Boxes to tick and choices to take, where it has them."""
    presses: tuple[str, ...] = ("default",)
    """The `action` values that go on, one a build."""
    factor: str | None = None
    """The factor it asks for."""
    others: tuple[str, ...] = ("pick-authenticator", "pick-authenticators")
    """The `action` values that lead to the list of methods."""
    resends: tuple[str, ...] = ()
    """The `action` values that send the code again."""
    calls: tuple[str, ...] = ()
    """The `action` values that have the code spoken instead."""
    toggles: tuple[str, ...] = ("toggle-view",)
    """The `action` values that show a key in letters instead of as a picture."""
    cancels: tuple[str, ...] = ("back-action",)
    """The `action` values with which a user gives up."""
    stop: Stop | None = None
    """What it means to stop there; None where that depends on what was asked for."""
    shows_secret: bool = False
    """It shows a key or a recovery code: no picture is taken of it."""

    @property
    def places(self) -> tuple[str, ...]:
        """What may follow `/u/`."""
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
"""What a factor is called in the list of methods: `sms::1`, or plain `sms` (AF-PAGE-04, AF-PAGE-20)."""

_CODE = {"code": "code"}
_SIGN_IN, _PROVE, _STOP, _ON = Does.SIGNS_IN, Does.ANSWERS, Does.STOPS, Does.GOES_ON
_ENROLL = Stop.ENROLLMENT_ASKED

SCREENS = (
    # The password.
    Screen("login", _SIGN_IN, "e-mail and password", fills={"username": "username", "password": "password"}),
    Screen("login-id", _SIGN_IN, "the e-mail", ("login/identifier", "login"), {"username": "username"}),
    Screen("login-password", _SIGN_IN, "the password", ("login/password", "login"), {"password": "password"}),
    # Second factors.
    Screen(
        "mfa-sms-challenge", _PROVE, "the SMS code", ("mfa-sms-challenge", "mfa-phone-challenge"), _CODE,
        factor="sms",
        resends=("resend-code", "resend-sms-sms", "resend-sms", "resend"),
        calls=("switch-to-voice", "resend-voice"),
    ),
    Screen(
        "mfa-voice-challenge", _PROVE, "the spoken code", fills=_CODE, factor="voice",
        resends=("resend-code", "resend-voice", "resend"),
    ),
    Screen(
        "mfa-phone-challenge", Does.CHOOSES, "how the code is to come", ticks={"type": "sms"}, factor="sms",
        presses=("default", "sms", "text"),
    ),
    Screen(
        "mfa-email-challenge", _PROVE, "the e-mailed code", fills=_CODE, factor="email",
        resends=("resend-code", "resend-email", "resend-sms", "resend"),
    ),
    Screen("mfa-otp-challenge", _PROVE, "the authenticator app's code", fills=_CODE, factor="otp"),
    Screen("mfa-recovery-code-challenge", _PROVE, "a recovery code", fills=_CODE, factor="recovery-code"),
    Screen(
        "mfa-recovery-code-challenge-new-code", _ON, "the new recovery code to be kept", ticks={"saved": "true"},
        shows_secret=True,
    ),
    Screen("mfa-push-challenge-push", _STOP, "a notification to be accepted", ("mfa-push-challenge*",),
           factor="push-notification", resends=("resend-push-notification", "resend-code", "resend-sms")),
    Screen("mfa-webauthn-roaming-challenge", _STOP, "a security key", ("mfa-webauthn-roaming-challenge*",),
           factor="webauthn-roaming"),
    Screen("mfa-webauthn-platform-challenge", _STOP, "this device's own proof", ("mfa-webauthn-platform-challenge*",),
           factor="webauthn-platform"),
    Screen("mfa-login-options", Does.PICKS, "a method to be picked"),
    Screen("mfa-sms-list", Does.CHOOSES, "a phone to be picked", presses=("selection-action::*",), factor="sms"),
    Screen("mfa-email-list", Does.CHOOSES, "an address to be picked", presses=("selection-action::*",), factor="email"),
    Screen("mfa-push-list", _STOP, "a device with the Guardian app to be picked", factor="push-notification"),
    Screen("mfa-detect-browser-capabilities", _ON, "to know what the browser can do"),
    # Enrollment.
    Screen("mfa-begin-enroll-options", Does.PICKS, "a factor to be enrolled",
           ("mfa-enroll-options", "mfa-begin-enroll-options"), stop=_ENROLL),
    Screen("mfa-sms-enrollment", Does.ENROLLS, "a phone number for SMS", fills={"phone": "phone"}, factor="sms",
           stop=_ENROLL),
    Screen("mfa-phone-enrollment", Does.ENROLLS, "a phone number", fills={"phone": "phone"}, ticks={"type": "sms"},
           factor="sms", stop=_ENROLL),
    Screen("mfa-voice-enrollment", Does.ENROLLS, "a phone number for calls", fills={"phone": "phone"}, factor="voice",
           stop=_ENROLL),
    Screen("mfa-sms-enrollment-verify", _PROVE, "the code texted to the new phone",
           ("mfa-sms-enrollment-verify", "mfa-phone-enrollment-verify"), _CODE, factor="sms",
           resends=("resend-code", "resend-sms-sms", "resend-sms", "resend"), stop=_ENROLL),
    Screen("mfa-voice-enrollment-verify", _PROVE, "the code spoken to the new phone", fills=_CODE, factor="voice",
           stop=_ENROLL),
    Screen("mfa-country-codes", _STOP, "a country to be picked", stop=_ENROLL),
    # The picture and the key in letters have one place and the same field: which it is, the key itself tells.
    Screen("mfa-otp-enrollment-qr", Does.SETS_UP, "an authenticator app to be set up", ("mfa-otp-enrollment*",),
           factor="otp", stop=_ENROLL, shows_secret=True),
    Screen("mfa-recovery-code-enrollment", _ON, "a recovery code to be kept", ticks={"saved": "true"},
           shows_secret=True),
    Screen("mfa-enroll-result", _ON, "to say that a factor was enrolled"),
    Screen("mfa-push-welcome", _STOP, "the Guardian app to be set up", ("mfa-push-welcome*", "mfa-push-enrollment*"),
           factor="push-notification", stop=_ENROLL, shows_secret=True),
    Screen("mfa-webauthn-platform-enrollment", _ON, "to offer this device as a factor",
           presses=("snooze-enrollment", "refuse-add-device")),
    Screen("mfa-webauthn-enrollment", _STOP, "a security key or this device to be enrolled", ("mfa-webauthn-*",),
           stop=_ENROLL),
    # What stands in between.
    Screen("passkey-enrollment", _ON, "to offer a passkey", ("passkey-enrollment*",),
           presses=("abort-passkey-enrollment",)),
    Screen("consent", Does.CONSENTS, "consent", presses=("accept",), cancels=("decline", "deny"),
           stop=Stop.CONSENT_ASKED),
    Screen("customized-consent", Does.CONSENTS, "consent", presses=("accept",), cancels=("decline", "deny"),
           stop=Stop.CONSENT_ASKED),
    Screen("login-confirmation", _ON, "to know that this user starts the sign-in",
           ("login-confirmation*", "confirmation*"), presses=("accept", "continue", "confirm", "default")),
    # What a user with a password cannot pass.
    Screen("signup", _STOP, "an account to be made", ("signup*",), stop=Stop.SIGN_UP_ASKED),
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
    """Return the screen of a path after `/u/` whose fields are all there; None where there is none.

    Of several at one place, the one with the most fields is meant: `/u/login` asks for both, or for either.
    """
    there = [screen for screen in SCREENS if any(_is_at(place, path) for place in screen.places)]
    fitting = [screen for screen in there if set(screen.fills) <= fields]
    return max(fitting, key=lambda screen: (len(screen.fills), path in screen.places), default=None)


def _is_at(place: str, path: str) -> bool:
    return path.startswith(place[:-1]) if place.endswith("*") else path == place


def table() -> str:
    """Return the table of docs/sign-in.md."""
    lines = ["| screen | where, after `/u/` | it asks for | fields | the user |", "|---|---|---|---|---|"]
    for screen in SCREENS:
        places = ", ".join(f"`{place}`" for place in screen.places)
        fields = ", ".join(f"`{name}`" for name in screen.fills)
        stops = f"; without it: {screen.stop}" if screen.stop and screen.does is not Does.STOPS else ""
        does = f"{screen.does.value}: {screen.stop}" if screen.does is Does.STOPS and screen.stop else screen.does.value
        lines.append(f"| `{screen.name}` | {places} | {screen.wants} | {fields} | {does}{stops} |")
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
"""Codes that say nothing of what the tenant would do on another day, or with another password."""
STOPS = {
    "user-blocked": Stop.ACCOUNT_BLOCKED,
    "too-many-failures": Stop.CODE_REFUSED_FOR_NOW,
    "no-transaction-in-progress": Stop.TRANSACTION_EXPIRED,
    "transaction-not-found": Stop.TRANSACTION_EXPIRED,
    "transaction-expired": Stop.TRANSACTION_EXPIRED,
    "password-expired": Stop.PASSWORD_CHANGE,
    "email-not-verified": Stop.EMAIL_VERIFICATION,
}
"""Codes that speak of the tenant or the user; every other one says that an answer was wrong."""


ERROR_SCREEN = "error page"
_RATE_LIMIT = "rate limit for endpoint"  # AF-AUTHZ-24: not translated


def is_ready(view: View) -> bool:
    """Say whether the page says enough to act on; what is still being rendered does not."""
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
    """Say whether an error page is the tenant's own: one of something in between says nothing of the tenant.

    Where a tenant made its own page, Auth0's words tell, except the ones that a firewall may say as well.
    """
    return view.error_page or stop_named("", view.text) not in (None, Stop.ACCOUNT_BLOCKED)


def raise_for_outage(view: View) -> None:
    """Raise `Inconclusive` for what says nothing about the tenant, whichever page it is shown on."""
    words = f': "{said_on(view)}"' if view.errors else ""
    if view.status is not None and view.status >= 500:
        raise Inconclusive(Cause.TENANT_UNAVAILABLE, f"{view.path} answered {view.status}{words}")
    # Who is blocked is told so, whatever the status: that speaks of the user, not of the rate (AF-PAGE-28).
    is_blocked = any(STOPS.get(code) is Stop.ACCOUNT_BLOCKED for code in view.codes)
    if (view.status == 429 and not is_blocked) or _RATE_LIMIT in view.text:
        raise Inconclusive(Cause.RATE_LIMITED, f"{view.path} answered {view.status}, too many requests{words}")
    if view.captcha:
        raise Inconclusive(Cause.CAPTCHA, f"{view.path} asks for a captcha{words}")
    for code in view.codes:
        if code in OUTAGES:
            raise Inconclusive(OUTAGES[code], f"{view.path} answered {code}{words}")


def error_page_of(view: View) -> Obstacle:
    """Return the stop at an error page of the tenant's own."""
    words = _readable(view.text)
    stop = stop_named("", view.text) or Stop.ERROR_PAGE
    return Obstacle(ERROR_SCREEN, f'the tenant answered {view.status}: "{words}"', stop, words)


def unknown(view: View) -> Inconclusive:
    """Say of a page that is no known screen all that an entry for it needs."""
    return Inconclusive(
        Cause.UNKNOWN_SCREEN,
        f'the page at {view.path} ("{view.title}", status {view.status}) is no screen that is known; '
        f"its fields: {', '.join(sorted(view.fields)) or 'none'}; its buttons: {', '.join(view.actions) or 'none'}; "
        f'it says "{_readable(view.text)[:160]}"; docs/sign-in.md says what to do',
    )


def said_on(view: View) -> str:
    """Return the tenant's words of what went wrong: a page may repeat what was typed."""
    return _readable("; ".join(view.errors))


def _readable(text: str) -> str:
    """Return a page's words in one line, without what looks like a code or a key."""
    return CODES_AND_KEYS.sub("•••", " ".join(text.split()))[:300]


if __name__ == "__main__":
    print(table(), end="")
