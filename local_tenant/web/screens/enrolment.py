"""Enrolling a first factor where the policy demands one: which, and an authenticator app (contract, 2.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response

from local_tenant.rules.page_enrollment import SCREENS
from local_tenant.web.screens.screen import Press, Screen, Shown, Visit

NAMES = {"otp": "Google Authenticator or similar", "sms": "SMS", "phone": "Phone"}
MOBILE = re.compile(r"Mobile|Android|iPhone|iPad")


class Enrolment(Screen):
    """A screen on the way to a first factor."""

    stands_idle = False

    def may_show(self, visit: Visit) -> bool:
        """While a factor must be enrolled."""
        sign_in = visit.sign_in
        return sign_in.user_id is not None and visit.tenant.second_factor.must_enrol(sign_in, visit.person)

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Go on, or back to the list of factors."""

        def back(visit: Visit) -> Response:
            return visit.to("mfa-enroll-options")

        return {"default": self.go_on, "pick-authenticator": back, "back-action": back}

    def render(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Render the template; from now on the screen stands idle anew."""
        visit.tenant.sign_ins.show_screen(visit.sign_in)
        has_others = len(visit.tenant.page_enrolment.offered()) > 1
        return super().render(visit, error, field, others=has_others, **shown)


class EnrollOptions(Enrolment):
    """The list of factors."""

    path, template = "mfa-enroll-options", "mfa_enroll_options.html"

    def shown(self, visit: Visit) -> Shown:
        """Every factor that may be enrolled here."""
        return {"methods": [(name, name, NAMES[name]) for name in visit.tenant.page_enrolment.offered()]}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """`otp`, `sms` or `phone`; anything else shows the list again."""
        buttons: dict[str, Press] = {"default": self.show}
        for name in visit.tenant.page_enrolment.offered():
            buttons[name] = lambda visit, name=name: visit.to(SCREENS[name])  # type: ignore[misc]
        return buttons


class OtpEnrollment(Enrolment):
    """An authenticator app: a code to scan, or its key to type."""

    path, template = "mfa-otp-enrollment", "mfa_otp_enrollment.html"

    def may_show(self, visit: Visit) -> bool:
        """Where apps may be enrolled."""
        return super().may_show(visit) and "otp" in visit.tenant.page_enrolment.offered()

    def shown(self, visit: Visit) -> Shown:
        """The key as a picture, or in letters: these first in a phone's browser, which cannot scan itself."""
        begun = visit.tenant.page_enrolment.begin_app(visit.sign_in, visit.person)
        uri = visit.tenant.one_time_passwords.barcode_uri(visit.person, begun.secret)
        in_letters = bool(MOBILE.search(request.headers.get("User-Agent", ""))) != visit.sign_in.view_is_toggled
        return {"picture": None if in_letters else _picture(uri), "secret": begun.secret if in_letters else None}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Beside that, the other view of the key."""
        return {**super().buttons(visit), "toggle-view": self.toggle}

    def toggle(self, visit: Visit) -> Response:
        """Show the key the other way."""
        visit.sign_in.view_is_toggled = not visit.sign_in.view_is_toggled
        return visit.to(self.path)

    def go_on(self, visit: Visit) -> Response:
        """Look at the app's digits."""
        given = visit.field("code").strip()
        if not given:
            return self.again(visit, "no-code", "code")
        begun = visit.tenant.page_enrolment.begin_app(visit.sign_in, visit.person)
        met = visit.tenant.page_enrolment.answer(visit.sign_in, visit.person, begun, given)
        return visit.onwards() if met == "right" else self.again(visit, met, "code")


def _picture(uri: str) -> str:
    """Return a QR code as an address of its own picture."""
    import segno  # noqa: PLC0415  # a tenant on which nobody enrols on a page starts without it

    return segno.make(uri, micro=False).png_data_uri(scale=5)
