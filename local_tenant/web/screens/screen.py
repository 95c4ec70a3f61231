"""What screens share: path, template, buttons, error messages and translations.

Facts: AF-PAGE-05, AF-PAGE-06, AF-PAGE-08.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.model import SignIn, User
from local_tenant.tenant import Tenant

LANGUAGES = Path(__file__).parents[2] / "languages"
RIGHT_TO_LEFT = ("ar",)
ERRORS = {
    "no-username": "Enter an email address",
    "no-password": "Enter a password",
    "no-email": "Enter an email address",
    "invalid-email-format": "That is not an email address",
    "email-in-use": "Something went wrong, please try again later",
    "password-too-weak": "Password is too weak",
    "wrong-email-credentials": "Wrong email or password",
    "invalid-captcha": "Solve the challenge question to verify you are not a robot.",
    "password-breached": "This password has been part of a data breach on another site. "
    "Reset it before you log in.",
    "invalid-code": "The code you entered is invalid",
    "invalid-otp-code-format": "OTP Code must have 6 numeric characters",
    "invalid-code-format": "Recovery code must have 24 alphanumeric characters",
    "no-code": "Enter a code",
    "no-phone": "Enter a phone number",
    "invalid-phone-format": "Enter a valid phone number",
    "no-confirmation": "Confirm that you have recorded the code",
    "too-many-failures": "Too many failed codes. Wait for some minutes before retrying.",
    "too-many-sms": "You have exceeded the maximum number of phone messages per hour. "
    "Wait a few minutes and try again.",
    "sms-authenticator-error": "We couldn't send the SMS. Please try again later.",
    "too-many-email": "You have exceeded the maximum number of emails. Wait a few minutes and try again.",
    "user-blocked": "Your account has been blocked after multiple consecutive login attempts.",
    "ip-blocked": "We have detected suspicious login behavior and further attempts will be blocked. "
    "Please contact the administrator.",
    "too-many-logins": "Too many sign-ins in a minute. Wait and try again.",
}  # fmt: skip
"""The English message of each error that a page can show (AF-PAGE-12, AF-PAGE-18)."""
TemplateData = dict[str, object]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser to a screen, and its sign-in."""

    tenant: Tenant
    sign_in: SignIn

    @property
    def user(self) -> User:
        """The user who entered the password."""
        return self.tenant.users.get(self.sign_in.user_id or "")

    def field(self, name: str) -> str:
        """Return a form field; an empty string where it is missing."""
        return request.form.get(name, "")

    def redirect(self, path: str) -> Response:
        """Redirect to another screen."""
        return redirect(f"/u/{path}?state={self.sign_in.state}")

    def continue_sign_in(self) -> Response:
        """Redirect to the next screen of the sign-in."""
        return redirect(f"/authorize/resume?state={self.sign_in.state}")


Handler = Callable[[Visit], Response]


class Screen:
    """One page. A wrong entry shows it again, with status 400."""

    path = ""
    template = ""
    has_no_time_limit = True
    """Whether it may be shown as long as the sign-in lasts."""

    def is_due(self, visit: Visit) -> bool:
        """Return whether the screen may be shown; otherwise the browser is redirected to the one that is due."""
        raise NotImplementedError

    def shown(self, visit: Visit) -> TemplateData:
        """Return the template's variables."""
        return {}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Return the handler of each `action` value; an unknown value is handled as `default`."""
        return {"default": self.submit}

    def submit(self, visit: Visit) -> Response:
        """Read the form; continue, or show the page again."""
        raise NotImplementedError

    def show(self, visit: Visit) -> Response:
        """Show the page, with a pending notice."""
        notice, visit.sign_in.notice = visit.sign_in.notice, None
        return self.render(visit, notice or "", "")

    def show_error(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Show the page with an error beside a field, or above the form where no field is named: 400."""
        return self.render(visit, error, field, **shown)

    def render(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Render the template."""
        visit.sign_in.has_seen_a_screen = True
        more = {"path": self.path} | self.shown(visit) | shown
        return render_page(visit.tenant, visit.sign_in, self.template, error, field, more)

    def handle(self, visit: Visit) -> Response:
        """Handle the button that was pressed."""
        buttons = self.buttons(visit)
        return buttons.get(visit.field("action"), buttons["default"])(visit)


def render_page(
    tenant: Tenant, sign_in: SignIn, template: str, error: str, field: str, shown: dict[str, object]
) -> Response:
    """Render a page; with an error, show its message and return 400."""
    language = tenant.pages.language(sign_in.ui_locales)
    say = partial(translate, language)
    nonce = secrets.token_urlsafe(12)
    page = render_template(
        template, state=sign_in.state, application=sign_in.application.name, error=error, error_field=field,
        error_words=say(ERRORS[error]) if error else "", say=say, language=language, nonce=nonce,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr", **shown,
    )  # fmt: skip
    g.page_nonce = nonce
    return make_response(page, 400 if error and request.method == "POST" else 200)


def translate(language: str, words: str, **blanks: str) -> str:
    """Translate an English sentence, if there is a translation, and fill its placeholders."""
    return translations(language).get(words, words).format(**blanks)


@cache
def translations(language: str) -> dict[str, str]:
    """Return a language's sentences by the English ones; English needs none."""
    if language == "en":
        return {}
    found: dict[str, str] = tomllib.loads((LANGUAGES / f"{language}.toml").read_text(encoding="utf-8"))
    return found
