"""Enrolling a phone on a page: the number, its country, the digits that prove it (contract, 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from werkzeug.wrappers import Response

from local_tenant.model import Authenticator
from local_tenant.rules.page_enrollment import SCREENS
from local_tenant.web.countries import COUNTRIES
from local_tenant.web.screens.enrolment import Enrolment
from local_tenant.web.screens.screen import Press, Shown, Visit


class SmsEnrollment(Enrolment):
    """A number that will be texted."""

    path, template = "mfa-sms-enrollment", "mfa_phone_enrollment.html"
    factor = "sms"

    def may_show(self, visit: Visit) -> bool:
        """Where phones are enrolled by this page."""
        return super().may_show(visit) and self.factor in visit.tenant.page_enrolment.offered()

    def shown(self, visit: Visit) -> Shown:
        """The number as typed, its country, and how it may be reached."""
        code = visit.sign_in.country
        country = {"name": COUNTRIES[code], "code": code, "prefix": prefix(code)}
        return {
            "phone": visit.field("phone"), "country": country, "types": visit.tenant.store.message_types,
            "chosen": self._channel(visit),
        }  # fmt: skip

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Beside that, another country."""
        return {**super().buttons(visit), "pick-country-code": lambda visit: visit.to("mfa-country-codes")}

    def go_on(self, visit: Visit) -> Response:
        """Send digits to the number."""
        given = visit.field("phone").strip()
        if not given:
            return self.again(visit, "no-phone", "phone")
        number = visit.tenant.page_enrolment.number(visit.sign_in.country, given)
        if number is None:
            return self.again(visit, "invalid-phone-format", "phone")
        visit.tenant.page_enrolment.begin_phone(visit.sign_in, visit.person, number, self._channel(visit))
        return visit.to("mfa-sms-enrollment-verify")

    def _channel(self, visit: Visit) -> Literal["sms", "voice"]:
        return "sms"


class PhoneEnrollment(SmsEnrollment):
    """A number that will be texted or called."""

    path, factor = "mfa-phone-enrollment", "phone"

    def _channel(self, visit: Visit) -> Literal["sms", "voice"]:
        on = visit.tenant.store.message_types
        return "voice" if "voice" in on and (visit.field("type") == "voice" or "sms" not in on) else "sms"


class CountryCodes(Enrolment):
    """The list of countries; choosing one leads back to the number."""

    path, template = "mfa-country-codes", "mfa_country_codes.html"

    def shown(self, visit: Visit) -> Shown:
        """Every country with its value, such as `US1`."""
        return {"countries": [(f"{code}{prefix(code)}", name, prefix(code)) for code, name in COUNTRIES.items()]}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """A country's value, alone or after `selection-action::`, as builds differ."""
        buttons: dict[str, Press] = {"default": self.show, "back-action": to_number}
        for code in COUNTRIES:
            value = f"{code}{prefix(code)}"
            buttons[value] = buttons[f"selection-action::{value}"] = (
                lambda visit, code=code: self.choose(visit, code)  # type: ignore[misc]
            )
        return buttons

    def choose(self, visit: Visit, code: str) -> Response:
        """Take numbers to be from this country."""
        visit.sign_in.country = code
        return to_number(visit)


class SmsEnrollmentVerify(Enrolment):
    """The digits that were sent to the number."""

    path, template = "mfa-sms-enrollment-verify", "mfa_sms_enrollment_verify.html"

    def may_show(self, visit: Visit) -> bool:
        """Once there is a number."""
        return super().may_show(visit) and self._begun(visit) is not None

    def shown(self, visit: Visit) -> Shown:
        """The number, masked."""
        begun = self._begun(visit)
        return {"sent_to": visit.tenant.phones.mask_on_page(begun.phone) if begun else ""}

    def buttons(self, visit: Visit) -> Mapping[str, Press]:
        """Beside that, other digits; back is to the number."""
        return {**super().buttons(visit), visit.tenant.pages.resend_action(): self.resend, "back-action": to_number}

    def go_on(self, visit: Visit) -> Response:
        """Look at the digits."""
        given, begun = visit.field("code").strip(), self._begun(visit)
        assert begun is not None, "the screen is shown where there is a number"
        if not given:
            return self.again(visit, "no-code", "code")
        met = visit.tenant.page_enrolment.answer(visit.sign_in, visit.person, begun, given)
        return visit.onwards() if met == "right" else self.again(visit, met, "code")

    def resend(self, visit: Visit) -> Response:
        """Send other digits to the same number."""
        begun = self._begun(visit)
        assert begun is not None, "the screen is shown where there is a number"
        visit.tenant.second_factor.send(visit.sign_in, begun, "enrolment")
        return visit.to(self.path)

    def _begun(self, visit: Visit) -> Authenticator | None:
        begun = visit.tenant.page_enrolment.begun(visit.sign_in)
        return begun if begun is not None and begun.kind in ("sms", "voice") else None


def to_number(visit: Visit) -> Response:
    """Go back to the page of the number, whichever is shown here."""
    offered = visit.tenant.page_enrolment.offered()
    return visit.to(SCREENS["phone" if "phone" in offered else "sms"])


@cache
def prefix(country: str) -> int:
    """Return what a country's numbers begin with."""
    import phonenumbers  # noqa: PLC0415  # the tenant starts without it

    return phonenumbers.country_code_for_region(country)
