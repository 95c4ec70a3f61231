"""Prepares a text for reading: one spelling for each sign, and no digits that cannot be the code."""

from __future__ import annotations

import re
import unicodedata

_GAP = " | "
"""What takes the place of a blanked part: no two digits become neighbours through it."""

_ADDRESSES = re.compile(
    r"https?://[!-~]+"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+"
    r"|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}/[!-~]*"
    r"|[A-Za-z0-9-]+\.[A-Za-z0-9-]+\.[A-Za-z]{2,}",
    re.ASCII | re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"\+[0-9]+(?:(?: \(|\)[ -]?|[ .-])[0-9]+)*")
# Scripts without blanks between words have none after these: their narrow twins would join two numbers.
_WIDE_STOPS = re.compile("[，、：；。．]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """Return the text with one spelling for each sign.

    NFKC, every script's digits as 0 to 9, one kind of dash; without marks that cannot be seen (direction,
    zero width, soft hyphen), which carriers and templates put between digits.
    """
    spaced = _WIDE_STOPS.sub(lambda stop: f"{stop[0]} ", text)
    seen = "".join(mark for mark in unicodedata.normalize("NFKC", spaced) if unicodedata.category(mark) != "Cf")
    digits = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in seen)
    return _DASHES.sub("-", digits)


def without_known(plain_text: str, own_number: str, tenant_name: str) -> str:
    """Blank out what may hold six digits that are no code: addresses, phone numbers, the tenant's name.

    Dates and times need no blanking: their groups are shorter, or joined to others by a sign.
    """
    name = plain(tenant_name).strip()
    if any(mark.isdigit() for mark in name):
        named = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
        plain_text = re.sub(named, _GAP, plain_text, flags=re.IGNORECASE)
    plain_text = _ADDRESSES.sub(_GAP, plain_text)
    plain_text = _own_number(own_number).sub(_GAP, plain_text)
    return _INTERNATIONAL.sub(_blank_number, plain_text)


def _own_number(number: str) -> re.Pattern[str]:
    """Match the number as people write it: grouped or not, with its country code, a 0 instead, or neither."""
    digits = re.sub("[^0-9]", "", number)
    gap = r"[ .()-]{0,2}"
    country_and_area = "".join(f"(?:{digit}{gap})?" for digit in digits[:-7])
    return re.compile(rf"(?<![0-9])\+?0?{gap}{country_and_area}{gap.join(digits[-7:])}(?![0-9])")


def _blank_number(found: re.Match[str]) -> str:
    """Blank a number after a plus, but no more than the 15 digits it can have: the code may follow."""
    taken = 0
    for group in re.finditer("[0-9]+", found[0]):
        if taken and taken + len(group[0]) > 15:
            return _GAP + found[0][group.start() :]
        taken += len(group[0])
    return _GAP
