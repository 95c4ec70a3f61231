"""Check that the code is read from every SMS message in which a user finds it, and never guessed."""

import re
import tomllib
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.phones.provider import SmsMessage
from mfa_verification.phones.reading import code_in, code_pattern

NUMBER = "+15550123456"
CODE = "482910"
CORPUS: list[dict[str, str]] = tomllib.loads((Path(__file__).parent / "data" / "texts.toml").read_text())["text"]


def text(body: str, code: str | None = None, to: str = NUMBER) -> SmsMessage:
    structured = None if code is None else Secret(code, "SMS code")
    return SmsMessage("1", to, Secret(body, "SMS message"), datetime(2026, 10, 3, tzinfo=UTC), structured)


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one["body"][:30])
def test_each_message_of_the_corpus_is_read_or_refused(one: dict[str, str]) -> None:
    read = text(one["body"], to=one.get("to", NUMBER))
    if "code" in one:
        assert code_in(read, "Tenant 365365").reveal() == one["code"]
        return
    with pytest.raises((TenantFault, Inconclusive)) as refused:
        code_in(read, "Tenant 365365")
    assert getattr(refused.value, "cause", None) == one["refused"]
    assert isinstance(refused.value, TenantFault) is (one["refused"] == "sms-without-code")
    assert not re.search("[0-9]{2}", str(refused.value)), "the error contains no digits of the message"


def test_the_corpus_is_large_and_in_many_scripts() -> None:
    scripts = {unicodedata.name(mark).split()[0] for one in CORPUS for mark in one["body"] if mark.isalpha()}
    assert len(CORPUS) >= 80
    wanted = "LATIN CYRILLIC GREEK ARABIC HEBREW DEVANAGARI THAI CJK KATAKANA HANGUL"
    assert set(wanted.split()) <= scripts


def test_the_users_own_number_is_no_code() -> None:
    for written in ("+447700900123", "07700 900123", "(0)7700-900123", "7700 900 123"):
        assert code_in(text(f"Code for {written} 482910", to="+447700900123")).reveal() == CODE


def test_digits_in_the_tenants_name_are_no_code() -> None:
    body = "482910 was made by Tenant (123456). Tell nobody at tenant (123456)"
    assert code_in(text(body), "Tenant (123456)").reveal() == CODE
    with pytest.raises(Inconclusive):
        code_in(text(body), "Another")


@pytest.mark.parametrize("name", ["48", "10", "9"])
def test_a_short_tenant_name_does_not_split_a_code(name: str) -> None:
    assert code_in(text(f"482910 is your code for {name}"), name).reveal() == CODE


@pytest.mark.parametrize(
    "other",
    [
        "https://example.com/123456",
        "example.com/123456",
        "mail.123456.example",
        "123456@example.com",
        "+44 7700 900123",
        "+1 (555) 012-3499",
        "2026-10-03T10:20:30.123456",
        "03/10/2026 10:20",
        "03-10-2026",
        "20261003",
    ],
)
def test_digits_of_addresses_numbers_and_dates_are_no_code(other: str) -> None:
    assert code_in(text(f"482910 {other}")).reveal() == CODE
    assert code_in(text(f"{other} 482910")).reveal() == CODE


def _in_script(code: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in code)


@given(
    code=st.from_regex("[0-9]{6}", fullmatch=True),
    name=st.from_regex("[A-Z][a-z]{1,9}( [0-9]{1,8})?( [A-Z][a-z]{1,9})?", fullmatch=True),
    number=st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True),
    zero=st.sampled_from("0٠۰०০０"),
    hidden=st.sampled_from(["", "\u200b", "\u2060", "\u200e"]),
    template=st.sampled_from(
        [
            "{code} is your verification code for {name}. Please enter this code to verify your enrollment.",
            "{name}: your code for {number} is {code}.",
            "{number} {name} {code}",
        ]
    ),
)
def test_every_code_is_read_for_every_name_and_number(
    *, code: str, name: str, number: str, zero: str, hidden: str, template: str
) -> None:
    assume(code not in name)
    shown = hidden.join(_in_script(code, zero))
    assert code_in(text(template.format(code=shown, name=name, number=number), to=number), name).reveal() == code


def test_a_code_that_the_sender_delivers_separately_decides() -> None:
    assert code_in(text("482910 or 123456", code=CODE)).reveal() == CODE
    assert code_in(text("Your code: 482 910", code=CODE)).reveal() == CODE


@pytest.mark.parametrize("body", ["Your code is 123456", "Your code is secret", "See https://example.com/482910"])
def test_a_message_without_the_separate_code_is_the_tenants_fault(body: str) -> None:
    with pytest.raises(TenantFault, match="does not show the code") as fault:
        code_in(text(body, code=CODE))

    assert fault.value.cause is Cause.SMS_WITHOUT_CODE
    assert CODE not in str(fault.value)


@pytest.mark.parametrize("code", ["48291", "4829100", "ABCDEF", "", "٤٨٢٩١٠"])
def test_a_separate_code_that_is_not_six_digits_is_the_tenants_fault(code: str) -> None:
    with pytest.raises(TenantFault, match="not six digits"):
        code_in(text(f"Your code is {code}", code=code))


@given(st.text(), st.text())
def test_any_text_gives_six_digits_or_a_reason(body: str, name: str) -> None:
    try:
        code = code_in(text(body), name).reveal()
    except (TenantFault, Inconclusive):
        return
    assert len(code) == 6
    assert code.isdecimal()


@given(
    code=st.from_regex("[0-9]{6}", fullmatch=True),
    others=st.lists(st.from_regex("[0-9]{1,5}|[0-9]{7,9}", fullmatch=True), max_size=4),
    place=st.integers(0, 4),
)
def test_numbers_of_other_lengths_are_no_codes(code: str, others: list[str], place: int) -> None:
    words = [*others[:place], code, *others[place:]]
    assert code_in(text(" and ".join(words)), "Acme").reveal() == code


@given(st.from_regex("[0-9]{6}", fullmatch=True), st.from_regex("[0-9]{6}", fullmatch=True))
def test_two_codes_without_a_hint_are_refused(first: str, second: str) -> None:
    assume(first != second)
    with pytest.raises(Inconclusive, match="nothing says which"):
        code_in(text(f"{first} / {second}"))


PATTERN = code_pattern(r"^Your one: (?P<code>\d{3} ?\d{3})")


def test_phone_code_pattern_finds_the_code() -> None:
    assert code_in(text("123456 is your code\nYour one: 482 910"), pattern=PATTERN).reveal() == CODE


def test_a_pattern_that_does_not_match_is_inconclusive() -> None:
    with pytest.raises(Inconclusive, match="PHONE_CODE_PATTERN finds 0 codes in an SMS message that holds 1 group"):
        code_in(text("Your code is 482910"), pattern=PATTERN)
    with pytest.raises(TenantFault, match="no six digits"):
        code_in(text("Hello"), pattern=PATTERN)
    with pytest.raises(Inconclusive, match="finds 2 codes"):
        code_in(text("Your one: 482910\nYour one: 123456"), pattern=PATTERN)


@pytest.mark.parametrize(
    ("pattern", "reason"), [("(", "no regular expression"), (r"\d{6}", "no group code"), ("", "no group code")]
)
def test_a_pattern_without_the_group_code_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"PHONE_CODE_PATTERN.*{reason}"):
        code_pattern(pattern)
