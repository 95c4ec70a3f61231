"""Universal Login: a person's pages (contract, 2.3 to 2.7). A wrong answer shows the page again, with 400."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from local_tenant.errors import PERSON_BLOCKED, SUSPICIOUS_ADDRESS, TOO_MANY_ATTEMPTS, TOO_MANY_LOGINS, Refused
from local_tenant.rules.authenticators import FACTOR, Authenticator
from local_tenant.rules.sign_ins import SignIn
from local_tenant.tenant import Tenant
from local_tenant.web.authorize import SCREENS
from local_tenant.web.reading import current_sign_in

WORDS = {
    "no-username": "Enter an email address",
    "no-password": "Enter a password",
    "wrong-email-credentials": "Wrong email or password",
    "invalid-code": "The code you entered is invalid",
    "invalid-otp-code-format": "OTP Code must have 6 numeric characters",
    "too-many-failures": "Too many failed codes. Wait for some minutes before retrying.",
    "too-many-sms": "You have exceeded the maximum number of phone messages per hour. "
    "Wait a few minutes and try again.",
    "user-blocked": "Your account has been blocked after multiple consecutive login attempts.",
    "ip-blocked": "We have detected suspicious login behavior and further attempts will be blocked. "
    "Please contact the administrator.",
    "too-many-logins": "Too many sign-ins in a minute. Wait and try again.",
    "sms-authenticator-error": "We couldn't send the SMS. Please try again later.",
}  # fmt: skip
SUSPECTED = {TOO_MANY_ATTEMPTS: "user-blocked", SUSPICIOUS_ADDRESS: "ip-blocked", TOO_MANY_LOGINS: "too-many-logins"}
METHODS = {"otp": "Google Authenticator or similar", "sms": "SMS"}


def blueprint(tenant: Tenant) -> Blueprint:
    """Return the pages under `/u/`."""
    routes = Blueprint("universal_login", __name__, url_prefix="/u")
    both = ["GET", "POST"]

    @routes.route("/login", methods=both)
    def login() -> Response:
        return _password(tenant, current_sign_in(tenant), "login.html", request.form.get("username", ""))

    @routes.route("/login/identifier", methods=both)
    def login_id() -> Response:
        return _identifier(current_sign_in(tenant))

    @routes.route("/login/password", methods=both)
    def login_password() -> Response:
        sign_in = current_sign_in(tenant)
        return _password(tenant, sign_in, "login_password.html", sign_in.login_hint)

    @routes.route("/mfa-sms-challenge", methods=both)
    def sms() -> Response:
        return _challenge(tenant, current_sign_in(tenant), "sms")

    @routes.route("/mfa-otp-challenge", methods=both)
    def otp() -> Response:
        return _challenge(tenant, current_sign_in(tenant), "totp")

    @routes.route("/mfa-login-options", methods=both)
    def options() -> Response:
        return _options(tenant, current_sign_in(tenant))

    return routes


def _identifier(sign_in: SignIn) -> Response:
    if request.method == "GET":
        return _page("login_id.html", sign_in, username=sign_in.login_hint)
    sign_in.login_hint = request.form.get("username", "").strip()
    if not sign_in.login_hint:
        return _page("login_id.html", sign_in, "no-username", "username", username="")
    return redirect(f"/u/login/password?state={sign_in.state}")


def _password(tenant: Tenant, sign_in: SignIn, template: str, username: str) -> Response:
    if request.method == "GET":
        return _page(template, sign_in, username=sign_in.login_hint)
    password = request.form.get("password", "")
    if not username.strip():
        return _page(template, sign_in, "no-username", "username", username="")
    if not password:
        return _page(template, sign_in, "no-password", "password", username=username)
    try:
        person = tenant.people.sign_in(username, password)
    except Refused as refused:
        return _page(template, sign_in, SUSPECTED[refused.row], "password", username=username)
    if person is None:
        known = tenant.people.by_email(username.strip().lower())
        tenant.log.add("fp" if known else "fu", user_id=known.user_id if known else None)
        return _page(template, sign_in, "wrong-email-credentials", "password", username=username)
    if person.blocked:
        tenant.sign_ins.end(sign_in)
        tenant.log.add("f", user_id=person.user_id, description=PERSON_BLOCKED.words)
        raise Refused(PERSON_BLOCKED)
    tenant.sign_ins.prove_password(sign_in, person)
    return _onwards(sign_in)


def _challenge(tenant: Tenant, sign_in: SignIn, kind: str) -> Response:
    asked = tenant.store.authenticators.get(sign_in.authenticator_id or "")
    if asked is None or asked.kind != kind:
        return _onwards(sign_in)
    tenant.sign_ins.check_screen(sign_in)
    if request.method == "GET":
        return _challenge_page(tenant, sign_in, asked)
    action = request.form.get("action", "default")
    if action == "pick-authenticator":
        return redirect(f"/u/mfa-login-options?state={sign_in.state}")
    if kind == "sms" and action == tenant.pages.resend_action():
        tenant.second_factor.challenge(sign_in, asked)
        return redirect(f"/u/{SCREENS[asked.kind]}?state={sign_in.state}")
    return _answer(tenant, sign_in, asked)


def _answer(tenant: Tenant, sign_in: SignIn, asked: Authenticator) -> Response:
    given = request.form.get("code", "").strip()
    if not re.fullmatch(r"[0-9]{6}", given, re.ASCII):
        error = "invalid-otp-code-format" if asked.kind == "totp" else "invalid-code"
        return _challenge_page(tenant, sign_in, asked, error)
    met = tenant.second_factor.answer(sign_in, asked, given)
    if met != "right":
        tenant.sign_ins.show_screen(sign_in)
        return _challenge_page(tenant, sign_in, asked, met)
    return _onwards(sign_in)


def _challenge_page(tenant: Tenant, sign_in: SignIn, asked: Authenticator, error: str | None = None) -> Response:
    others = len(tenant.second_factor.offered(tenant.people.get(asked.user_id))) > 1
    template = "mfa_sms_challenge.html" if asked.kind == "sms" else "mfa_otp_challenge.html"
    number = tenant.phones.mask_on_page(asked.phone) if asked.kind == "sms" else ""
    if sign_in.notice is not None:
        notice, sign_in.notice = sign_in.notice, None
        return _page(template, sign_in, notice, "", phone=number, others=others)
    return _page(template, sign_in, error, "code", phone=number, others=others)


def _options(tenant: Tenant, sign_in: SignIn) -> Response:
    if sign_in.user_id is None or sign_in.authenticator_id is None:
        return _onwards(sign_in)
    tenant.sign_ins.check_screen(sign_in)
    offered = tenant.second_factor.offered(tenant.people.get(sign_in.user_id))
    values = {f"{FACTOR[one.kind]}::{index}": one for index, one in enumerate(offered)}
    chosen = values.get(request.form.get("action", ""))
    if request.method == "GET" or chosen is None:
        methods = [(value, FACTOR[one.kind], METHODS[FACTOR[one.kind]]) for value, one in values.items()]
        return _page("mfa_login_options.html", sign_in, None, methods=methods)
    tenant.second_factor.challenge(sign_in, chosen)
    return redirect(f"/u/{SCREENS[chosen.kind]}?state={sign_in.state}")


def _onwards(sign_in: SignIn) -> Response:
    return redirect(f"/authorize/resume?state={sign_in.state}")


def _page(template: str, sign_in: SignIn, error: str | None = None, field: str = "", **shown: object) -> Response:
    """Render a page; with an error it says so beside the field, or on top when there is none, and answers 400."""
    page = render_template(
        template, state=sign_in.state, application=sign_in.application.name, error=error, error_field=field,
        error_words=WORDS.get(error or "", ""), **shown,
    )  # fmt: skip
    return make_response(page, 400 if error and request.method == "POST" else 200)
