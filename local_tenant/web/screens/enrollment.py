"""Enrollment of a first factor where the policy requires it: the list of factors, authenticator app, phone.

Facts: AF-PAGE-22, AF-API-19.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from flask import request
from werkzeug.wrappers import Response

from local_tenant.model import Authenticator
from local_tenant.rules.screen_enrollment import SCREENS
from local_tenant.web.screens.screen import Handler, Screen, TemplateData, Visit

NAMES = {"otp": "Google Authenticator or similar", "sms": "SMS", "phone": "Phone"}
COUNTRIES = {
    "AR": "Argentina", "AU": "Australia", "AT": "Austria", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CL": "Chile", "CN": "China", "CO": "Colombia", "CZ": "Czechia", "DK": "Denmark", "EG": "Egypt", "FI": "Finland",
    "FR": "France", "DE": "Germany", "GR": "Greece", "IN": "India", "ID": "Indonesia", "IE": "Ireland", "IL": "Israel",
    "IT": "Italy", "JP": "Japan", "KE": "Kenya", "MX": "Mexico", "NL": "Netherlands", "NZ": "New Zealand",
    "NG": "Nigeria", "NO": "Norway", "PL": "Poland", "PT": "Portugal", "SA": "Saudi Arabia", "ZA": "South Africa",
    "KR": "South Korea", "ES": "Spain", "SE": "Sweden", "CH": "Switzerland", "TR": "Turkey",
    "AE": "United Arab Emirates", "GB": "United Kingdom", "US": "United States",
}  # fmt: skip
"""The countries of the phone screen: a short list, by country code."""
MOBILE = re.compile(r"Mobile|Android|iPhone|iPad")


class Enrollment(Screen):
    """A screen of the enrollment."""

    has_no_time_limit = False

    def is_due(self, visit: Visit) -> bool:
        """Return whether the user must enroll a factor."""
        sign_in = visit.sign_in
        return sign_in.user_id is not None and visit.tenant.second_factor.must_enroll(sign_in, visit.user)

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Submit, or return to the list of factors."""

        def back(visit: Visit) -> Response:
            return visit.redirect("mfa-enroll-options")

        return {"default": self.submit, "pick-authenticator": back, "back-action": back}

    def render(self, visit: Visit, error: str, field: str, **shown: object) -> Response:
        """Render the template, and restart the screen's time limit."""
        visit.tenant.sign_ins.show_screen(visit.sign_in)
        has_others = len(visit.tenant.screen_enrollment.offered()) > 1
        return super().render(visit, error, field, others=has_others, **shown)


class EnrollOptions(Enrollment):
    """Lists the factors."""

    path, template = "mfa-enroll-options", "mfa_list.html"

    def shown(self, visit: Visit) -> TemplateData:
        """Return every factor that can be enrolled here."""
        return {"methods": [(name, name, NAMES[name]) for name in visit.tenant.screen_enrollment.offered()]}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Choose `otp`, `sms` or `phone`; any other action shows the list again."""
        buttons: dict[str, Handler] = {"default": self.show}
        for name in visit.tenant.screen_enrollment.offered():
            buttons[name] = lambda visit, name=name: visit.redirect(SCREENS[name])  # type: ignore[misc]
        return buttons


class OtpEnrollment(Enrollment):
    """Enrolls an authenticator app: shows a QR code or the set-up key."""

    path, template = "mfa-otp-enrollment", "mfa_otp_enrollment.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether apps can be enrolled."""
        return super().is_due(visit) and "otp" in visit.tenant.screen_enrollment.offered()

    def shown(self, visit: Visit) -> TemplateData:
        """Return the QR code or the set-up key; a phone's browser shows the key first, as it cannot scan itself."""
        pending = visit.tenant.screen_enrollment.start_app(visit.sign_in, visit.user)
        uri = visit.tenant.one_time_passwords.barcode_uri(visit.user, pending.secret)
        in_letters = bool(MOBILE.search(request.headers.get("User-Agent", ""))) != visit.sign_in.view_is_toggled
        return {"picture": None if in_letters else _picture(uri), "secret": pending.secret if in_letters else None}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Add the other form of the key."""
        return {**super().buttons(visit), "toggle-view": self.toggle}

    def toggle(self, visit: Visit) -> Response:
        """Show the key in its other form."""
        visit.sign_in.view_is_toggled = not visit.sign_in.view_is_toggled
        return visit.redirect(self.path)

    def submit(self, visit: Visit) -> Response:
        """Verify the OTP code."""
        given = visit.field("code").strip()
        if not given:
            return self.show_error(visit, "no-code", "code")
        pending = visit.tenant.screen_enrollment.start_app(visit.sign_in, visit.user)
        met = visit.tenant.screen_enrollment.verify(visit.sign_in, visit.user, pending, given)
        return visit.continue_sign_in() if met == "right" else self.show_error(visit, met, "code")


def _picture(uri: str) -> str:
    """Return a QR code as a data URI."""
    import segno  # noqa: PLC0415  # not needed at the start

    return segno.make(uri, micro=False).png_data_uri(scale=5)


class SmsEnrollment(Enrollment):
    """Asks for a phone number for SMS messages."""

    path, template = "mfa-sms-enrollment", "mfa_phone_enrollment.html"
    factor = "sms"

    def is_due(self, visit: Visit) -> bool:
        """Return whether phones are enrolled on this screen."""
        return super().is_due(visit) and self.factor in visit.tenant.screen_enrollment.offered()

    def shown(self, visit: Visit) -> TemplateData:
        """Return the number as entered, its country, and the channels."""
        code = visit.sign_in.country
        country = {"name": COUNTRIES[code], "code": code, "prefix": prefix(code)}
        return {
            "phone": visit.field("phone"), "country": country, "types": visit.tenant.store.message_types,
            "chosen": self._channel(visit),
        }  # fmt: skip

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Add the choice of another country."""
        return {**super().buttons(visit), "pick-country-code": lambda visit: visit.redirect("mfa-country-codes")}

    def submit(self, visit: Visit) -> Response:
        """Send a code to the number."""
        given = visit.field("phone").strip()
        if not given:
            return self.show_error(visit, "no-phone", "phone")
        number = visit.tenant.screen_enrollment.number(visit.sign_in.country, given)
        if number is None:
            return self.show_error(visit, "invalid-phone-format", "phone")
        visit.tenant.screen_enrollment.start_phone(visit.sign_in, visit.user, number, self._channel(visit))
        return visit.redirect("mfa-sms-enrollment-verify")

    def _channel(self, visit: Visit) -> Literal["sms", "voice"]:
        return "sms"


class PhoneEnrollment(SmsEnrollment):
    """Asks for a phone number for SMS messages or voice calls."""

    path, factor = "mfa-phone-enrollment", "phone"

    def _channel(self, visit: Visit) -> Literal["sms", "voice"]:
        on = visit.tenant.store.message_types
        return "voice" if "voice" in on and (visit.field("type") == "voice" or "sms" not in on) else "sms"


class CountryCodes(Enrollment):
    """Lists the countries; a choice returns to the number."""

    path, template = "mfa-country-codes", "mfa_country_codes.html"

    def shown(self, visit: Visit) -> TemplateData:
        """Return every country with its button value, such as `US1`."""
        return {"countries": [(f"{code}{prefix(code)}", name, prefix(code)) for code, name in COUNTRIES.items()]}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Accept a country's value, alone or after `selection-action::`, which depends on the build."""
        buttons: dict[str, Handler] = {"default": self.show, "back-action": to_number}
        for code in COUNTRIES:
            value = f"{code}{prefix(code)}"
            buttons[value] = buttons[f"selection-action::{value}"] = (
                lambda visit, code=code: self.choose(visit, code)  # type: ignore[misc]
            )
        return buttons

    def choose(self, visit: Visit, code: str) -> Response:
        """Use this country for numbers without a prefix."""
        visit.sign_in.country = code
        return to_number(visit)


class SmsEnrollmentVerify(Enrollment):
    """Asks for the code that was sent to the number."""

    path, template = "mfa-sms-enrollment-verify", "mfa_sms_enrollment_verify.html"

    def is_due(self, visit: Visit) -> bool:
        """Return whether a phone is being enrolled."""
        return super().is_due(visit) and self._started(visit) is not None

    def shown(self, visit: Visit) -> TemplateData:
        """Return the masked number."""
        pending = self._started(visit)
        return {"sent_to": visit.tenant.phones.mask_on_page(pending.phone) if pending else ""}

    def buttons(self, visit: Visit) -> Mapping[str, Handler]:
        """Add resend; `back-action` returns to the number."""
        return {**super().buttons(visit), visit.tenant.pages.resend_action(): self.resend, "back-action": to_number}

    def submit(self, visit: Visit) -> Response:
        """Verify the code."""
        given, pending = visit.field("code").strip(), self._started(visit)
        assert pending is not None, "the screen is due only with a pending phone"
        if not given:
            return self.show_error(visit, "no-code", "code")
        met = visit.tenant.screen_enrollment.verify(visit.sign_in, visit.user, pending, given)
        return visit.continue_sign_in() if met == "right" else self.show_error(visit, met, "code")

    def resend(self, visit: Visit) -> Response:
        """Send another code to the same number."""
        pending = self._started(visit)
        assert pending is not None, "the screen is due only with a pending phone"
        visit.tenant.second_factor.send(visit.sign_in, pending, "enrollment")
        return visit.redirect(self.path)

    def _started(self, visit: Visit) -> Authenticator | None:
        pending = visit.tenant.screen_enrollment.pending(visit.sign_in)
        return pending if pending is not None and pending.kind in ("sms", "voice") else None


def to_number(visit: Visit) -> Response:
    """Return to the screen of the phone number."""
    offered = visit.tenant.screen_enrollment.offered()
    return visit.redirect(SCREENS["phone" if "phone" in offered else "sms"])


@cache
def prefix(country: str) -> int:
    """Return the country calling code."""
    import phonenumbers  # noqa: PLC0415  # not needed at the start

    return phonenumbers.country_code_for_region(country)
