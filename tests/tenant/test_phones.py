"""Which numbers are accepted, and how they are hidden."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_tenant.clock import Clock
from local_tenant.rules.messages import Phones
from local_tenant.tenant import Tenant
from local_tenant.tenant_file import DEFAULT, parse, read
from phone_inbox import Inbox

PHONES = Phones(Tenant(parse(read(DEFAULT)), "localhost:1", Clock(), Inbox(), []))


@given(st.integers(0, 9_999_999))
def test_every_number_of_the_pattern_is_accepted(number: int) -> None:
    assert PHONES.is_valid(f"+1555{number:07d}")


@pytest.mark.parametrize("number", ["+391234567890", "+4915112345678", "+442071838750", "+420601123456"])
def test_numbers_of_the_world_are_accepted(number: str) -> None:
    assert PHONES.is_valid(number)


@pytest.mark.parametrize(
    "number",
    ["", "+", "+1", "+1555", "15551234567", "+1 555 123 4567", "+1555123456a", "+15551234567\n", "+1555123456789012",
     "+05551234567", "+١٥٥٥١٢٣٤٥٦٧", "tel:+15551234567", "+9991234567"],
)  # fmt: skip
def test_what_is_no_number_is_refused(number: str) -> None:
    assert not PHONES.is_valid(number)


@given(st.text(max_size=30))
def test_only_e_164_passes_and_nothing_breaks(text: str) -> None:
    if PHONES.is_valid(text):
        assert text[0] == "+"
        assert set(text[1:]) <= set(string.digits)
        assert 3 <= len(text) <= 16


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_mask_shows_the_last_four_and_keeps_the_length(number: str) -> None:
    masked = PHONES.mask(number)
    assert len(masked) == len(number)
    assert masked.endswith(number[-4:])
    assert set(masked[:-4]) == {"X"}
