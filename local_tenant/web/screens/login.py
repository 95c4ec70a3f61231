"""Email address and password: on one page, on two pages, or for sign-up.

Facts: AF-PAGE-11, AF-PAGE-29.
"""

from __future__ import annotations

from werkzeug.wrappers import Response

from local_tenant.errors import SUSPICIOUS_IP, TOO_MANY_ATTEMPTS, TOO_MANY_LOGINS, USER_BLOCKED, Refused
from local_tenant.model import User
from local_tenant.rules.users import EMAIL_ADDRESS
from local_tenant.web.screens.screen import Screen, TemplateData, Visit

SUSPECTED = {TOO_MANY_ATTEMPTS: "user-blocked", SUSPICIOUS_IP: "ip-blocked", TOO_MANY_LOGINS: "too-many-logins"}


class Login(Screen):
    """Asks for email address and password on one page."""

    path = "login"
    template = "login.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether the user has not yet signed in."""
        return visit.sign_in.user_id is None

    def shown(self, visit: Visit) -> TemplateData:
        """Return the address, as entered or from `login_hint`."""
        return {"username": visit.field("username") or visit.sign_in.login_hint}

    def submit(self, visit: Visit) -> Response:
        """Check both; a blocked user is sent back to the application."""
        username, password = self._username(visit), visit.field("password")
        if not username:
            return self.show_error(visit, "no-username", "username", username="")
        if not password:
            return self.show_error(visit, "no-password", "password")
        if visit.tenant.pages.has_captcha():
            return self.show_error(visit, "invalid-captcha", "captcha")
        try:
            user = visit.tenant.users.sign_in(username, password, visit.sign_in.connection)
        except Refused as refused:
            return self.show_error(visit, SUSPECTED[refused.row], "password")
        if user is None:
            self._note_failure(visit, username)
            return self.show_error(visit, "wrong-email-credentials", "password")
        if visit.tenant.users.password_is_breached(user):
            return self.show_error(visit, "password-breached", "")
        return self._signed_in(visit, user)

    def _username(self, visit: Visit) -> str:
        return visit.field("username").strip()

    def _note_failure(self, visit: Visit, username: str) -> None:
        known = visit.tenant.users.by_email(username.lower(), visit.sign_in.connection)
        visit.tenant.log.add("fp" if known else "fu", user_id=known.user_id if known else None)

    def _signed_in(self, visit: Visit, user: User) -> Response:
        if visit.tenant.users.is_blocked(user):
            visit.tenant.sign_ins.end(visit.sign_in)
            visit.tenant.log.add("f", user_id=user.user_id, description=USER_BLOCKED.description)
            raise Refused(USER_BLOCKED)
        visit.tenant.sign_ins.record_login(visit.sign_in, user)
        return visit.continue_sign_in()


class LoginIdentifier(Login):
    """Asks for the email address alone."""

    path = "login/identifier"
    template = "login_id.html"

    def submit(self, visit: Visit) -> Response:
        """Continue to the password, whether the address is known or not."""
        username = self._username(visit)
        if not username:
            return self.show_error(visit, "no-username", "username", username="")
        visit.sign_in.login_hint = username
        return visit.redirect("login/password")


class LoginPassword(Login):
    """Asks for the password of the address entered before."""

    path = "login/password"
    template = "login_password.html"

    def shown(self, visit: Visit) -> TemplateData:
        """Return the address."""
        return {"username": visit.sign_in.login_hint}

    def show(self, visit: Visit) -> Response:
        """Without an address, redirect to the page that asks for it."""
        return super().show(visit) if visit.sign_in.login_hint else visit.redirect("login/identifier")

    def _username(self, visit: Visit) -> str:
        return visit.sign_in.login_hint


class Signup(Screen):
    """Asks for the address and password of a new user, who is signed in at once."""

    path = "signup"
    template = "signup.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether the user has not yet signed in."""
        return visit.sign_in.user_id is None

    def shown(self, visit: Visit) -> TemplateData:
        """Return the address, as entered or from `login_hint`."""
        return {"email": visit.field("email") or visit.sign_in.login_hint}

    def submit(self, visit: Visit) -> Response:
        """Create the user; the error for a taken address does not say that it is taken."""
        email, password = visit.field("email").strip().lower(), visit.field("password")
        users = visit.tenant.users
        if not email:
            return self.show_error(visit, "no-email", "email")
        if not EMAIL_ADDRESS.fullmatch(email):
            return self.show_error(visit, "invalid-email-format", "email")
        if not password:
            return self.show_error(visit, "no-password", "password")
        if not users.password_is_strong(password):
            return self._refused(visit, "password-too-weak", "password")
        if users.by_email(email, visit.sign_in.connection or users.connections()[0]) is not None:
            return self._refused(visit, "email-in-use", "email")
        try:
            visit.tenant.attack_protection.check_sign_up()
        except Refused:
            return self._refused(visit, "ip-blocked", "password")
        user = users.create(email, password, visit.sign_in.connection)
        visit.tenant.log.add("ss", user_id=user.user_id, client_id=visit.sign_in.application.client_id)
        visit.tenant.sign_ins.record_login(visit.sign_in, user)
        return visit.continue_sign_in()

    def _refused(self, visit: Visit, error: str, field: str) -> Response:
        visit.tenant.log.add("fs", reason=error)
        return self.show_error(visit, error, field)
