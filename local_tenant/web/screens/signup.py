"""Signing up: an address and a password of one's own (contract, 2.1)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from local_tenant.errors import Refused
from local_tenant.rules.users import E_MAIL
from local_tenant.web.screens.screen import Screen, Shown, Visit


class Signup(Screen):
    """Address and password of somebody new, who is signed in at once."""

    path = "signup"
    template = "signup.html"

    def may_show(self, visit: Visit) -> bool:
        """Until somebody is signed in."""
        return visit.sign_in.user_id is None

    def shown(self, visit: Visit) -> Shown:
        """The address, as typed or as the application hinted."""
        return {"email": visit.field("email") or visit.sign_in.login_hint}

    def go_on(self, visit: Visit) -> Response:
        """Make the person; an address that somebody has is refused without saying so."""
        email, password = visit.field("email").strip().lower(), visit.field("password")
        people = visit.tenant.people
        if not email:
            return self.again(visit, "no-email", "email")
        if not E_MAIL.fullmatch(email):
            return self.again(visit, "invalid-email-format", "email")
        if not password:
            return self.again(visit, "no-password", "password")
        if not people.password_is_strong(password):
            return self._refused(visit, "password-too-weak", "password")
        if people.by_email(email, visit.sign_in.connection or people.connections()[0]) is not None:
            return self._refused(visit, "email-in-use", "email")
        try:
            visit.tenant.attack_protection.check_sign_up()
        except Refused:
            return self._refused(visit, "ip-blocked", "password")
        person = people.create(email, password, visit.sign_in.connection)
        visit.tenant.log.add("ss", user_id=person.user_id, client_id=visit.sign_in.application.client_id)
        visit.tenant.sign_ins.prove_password(visit.sign_in, person)
        return visit.onwards()

    def _refused(self, visit: Visit, error: str, field: str) -> Response:
        visit.tenant.log.add("fs", reason=error)
        return self.again(visit, error, field)
