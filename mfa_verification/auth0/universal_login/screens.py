"""The screens that a sign-in can meet: one table, one entry a screen (contract, 2).

A screen is recognised by its path and its form fields, never by visible text or class names: texts are
translated and customised, classes are hashed anew with each release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from mfa_verification.verdict.cause import Cause


class Does(Enum):
    """What the person does at a screen."""

    SIGNS_IN = "signs in"
    PROVES_FACTOR = "proves a factor"
    PICKS_FACTOR = "picks a factor"


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of Universal Login."""

    name: str
    """Auth0's own screen id (contract, 2.2)."""
    path: str
    does: Does
    wants: str
    """What it wants, in words: "the texted code"."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """Form fields that it must have, and what goes into each: `username`, `password` or `code`."""
    factor: str | None = None
    """The factor it asks for, `sms` or `otp`."""
    presses: str = "default"
    """The form's `action` value that goes on."""
    other_methods: tuple[str, ...] = ()
    """The `action` values that lead to the list of methods: builds differ (contract, 2.11)."""


PICKERS = ("pick-authenticator", "pick-authenticators")
PICKED_AS = {"sms": ("sms", "phone"), "otp": ("otp",)}
"""What a factor is called in the list of methods (contract, 2.2 and 2.7)."""
TROUBLE = {
    "too-many-sms": Cause.RATE_LIMITED,
    "too-many-failures": Cause.RATE_LIMITED,
    "same-user-login": Cause.RATE_LIMITED,
    "ip-blocked": Cause.RATE_LIMITED,
    "send-sms-failed": Cause.TEXT_NOT_DELIVERED,
}
"""Error codes that say nothing of what the tenant would do on another day (contract, 2.4 and 2.5)."""
SCREENS = (
    Screen("login", "/u/login", Does.SIGNS_IN, "e-mail and password", {"username": "username", "password": "password"}),
    Screen("login-id", "/u/login/identifier", Does.SIGNS_IN, "the e-mail", {"username": "username"}),
    Screen("login-password", "/u/login/password", Does.SIGNS_IN, "the password", {"password": "password"}),
    Screen(
        "mfa-sms-challenge",
        "/u/mfa-sms-challenge",
        Does.PROVES_FACTOR,
        "the texted code",
        {"code": "code"},
        factor="sms",
        other_methods=PICKERS,
    ),
    Screen(
        "mfa-otp-challenge",
        "/u/mfa-otp-challenge",
        Does.PROVES_FACTOR,
        "the authenticator app's code",
        {"code": "code"},
        factor="otp",
        other_methods=PICKERS,
    ),
    Screen("mfa-login-options", "/u/mfa-login-options", Does.PICKS_FACTOR, "a method to be picked"),
)
BY_PATH = {screen.path: screen for screen in SCREENS}
