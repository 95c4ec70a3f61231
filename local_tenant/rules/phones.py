"""Phone numbers: which are accepted, and how they are hidden (contract, 4.1, 4.5, 6)."""

from __future__ import annotations

import re

from local_tenant.errors import BAD_PHONE, Row
from local_tenant.rules.base import Rule

E_164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)


class Phones(Rule):
    """How the tenant reads and shows a number."""

    def is_acceptable(self, number: str) -> bool:
        """E.164, and of a length that its country has. Whether anybody answers there is not asked."""
        if not E_164.fullmatch(number):
            return False
        import phonenumbers  # noqa: PLC0415  # the tenant starts without it

        try:
            parsed = phonenumbers.parse(number)
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_possible_number(parsed)

    def bad_number_row(self) -> Row:
        """A number that is not accepted meets `invalid_request` (open question 14)."""
        return BAD_PHONE

    def mask(self, number: str) -> str:
        """Hide every character but the last four, the plus included: `XXXXXXXX4567`."""
        return "X" * (len(number) - 4) + number[-4:]

    def mask_on_page(self, number: str) -> str:
        """Hide the number as the sign-in pages show it."""
        return self.mask(number)
