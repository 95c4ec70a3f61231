"""The code is read out of every text that a person could read it from, and never guessed."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.extraction import code_in
from mfa_verification.phones.provider import Text
from mfa_verification.secret import Secret
from mfa_verification.verdict.cause import Cause

NUMBER = "+15550123456"
CODE = "482910"


def text(body: str, code: str | None = None, to: str = NUMBER) -> Text:
    structured = None if code is None else Secret(code, "texted code")
    return Text("1", to, Secret(body, "text"), datetime(2026, 10, 3, tzinfo=UTC), structured)


@pytest.mark.parametrize(
    "body",
    [
        "482910 is your verification code for My Tenant. Please enter this code to verify your enrollment.",
        "482910 is your verification code for My Tenant",
        "Your code is 482 910.",
        "Your code: 482-910",
        "G-482910 is your code",
        "Code 482\u2011910",
        "Your code is 482\u00a0910",
        "Your code is \u2066482910\u2069",
        "Your code is 4\u200b8\u200b2\u200b9\u200b1\u200b0",
        "您的验证码482910有效",
        "認証コードは482910です",
        "رمز التحقق ٤٨٢٩١٠",
        "कोड ४८२९१०",
        "４８２９１０ is your code",
        "482910\n\n@tenant.example #482910",
        "Your code is 482910. Never share it: https://example.com/help/123456",
        "Your code is 482910. See example.com/123456 or www.123456.example.com",
        "Questions? 123456@example.com. Your code is 482910",
        "Your code is 482910. Not you? Call +44 7700 900123",
        "+15550123456 482910 is your code",
        "Code for (555) 012-3456: 482910",
        "482910 is your code, sent 2026-10-03T10:20:30.123456Z",
        "On 03/10/2026 482910 is your code",
        "Order 123456: your code is 482910",
        "Ref 123456. 482910 is your verification code",
        "482910 is your code. Ref 123456",
        "Ref 123456 is late. Your code: 482910",
        "482910 est votre code. Commande 123456",
        "Ihr Bestätigungscode lautet 482910, Kunde 123456",
        "Account 12345678, fee 123456.00: 482910",
        "ID A123456B, 1234567, 12345: 482910",
    ],
)
def test_reads_what_a_person_reads(body: str) -> None:
    assert code_in(text(body)).reveal() == CODE


def test_the_persons_own_number_is_no_code_with_or_without_its_country() -> None:
    for written in ("+447700900123", "07700 900123", "(0)7700-900123", "7700 900 123"):
        assert code_in(text(f"Code for {written} 482910", to="+447700900123")).reveal() == CODE


def test_digits_in_the_tenants_name_are_no_code() -> None:
    body = "482910 was made by Tenant (123456). Tell nobody at tenant (123456)"

    assert code_in(text(body), "Tenant (123456)").reveal() == CODE
    with pytest.raises(Inconclusive):
        code_in(text(body), "Another")


@pytest.mark.parametrize("name", ["48", "10", "9"])
def test_a_short_name_does_not_cut_a_code_up(name: str) -> None:
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
def test_other_digits_are_passed_over_without_a_word_to_help(other: str) -> None:
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
def test_reads_every_code_for_every_name_and_number(
    *, code: str, name: str, number: str, zero: str, hidden: str, template: str
) -> None:
    assume(code not in name)
    shown = hidden.join(_in_script(code, zero))

    assert code_in(text(template.format(code=shown, name=name, number=number), to=number), name).reveal() == code


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Your phone was enrolled.",
        "Your code is 48291",
        "Your code is 4829100",
        "Your code is 482 910 123",
        "482https://example.com/ 910",
        "Your code is A482910",
        "Your code is 482910B",
        "Your number +15550123456 was enrolled.",
        "Verify at https://example.com/482910",
        "You paid 482910.00",
        "Enrolled 2026-10-03 10:20:30",
    ],
)
def test_a_text_without_a_code_is_the_tenants_fault(body: str) -> None:
    with pytest.raises(TenantFault, match="no six digits") as fault:
        code_in(text(body))

    assert fault.value.cause is Cause.TEXT_WITHOUT_CODE
    assert "48" not in str(fault.value)


@pytest.mark.parametrize(
    "body",
    [
        "482910 or 123456",
        "Your code is 482910 or your code is 123456",
        "Your code for order 123456 is 482910",
        "123456 is your code. Your code: 482910",
        "Code 482 910, code 123-456",
    ],
)
def test_of_several_it_takes_none_when_no_word_tells_them_apart(body: str) -> None:
    with pytest.raises(Inconclusive, match="2 groups of six digits, and nothing says") as trouble:
        code_in(text(body))

    assert "482" not in str(trouble.value)


def test_the_code_beside_the_words_decides_between_several() -> None:
    assert code_in(text("482910 or 123456", code=CODE)).reveal() == CODE
    assert code_in(text("Your code: 482 910", code=CODE)).reveal() == CODE


@pytest.mark.parametrize("body", ["Your code is 123456", "Your code is secret", "See https://example.com/482910"])
def test_words_that_do_not_show_the_code_beside_them_are_the_tenants_fault(body: str) -> None:
    with pytest.raises(TenantFault, match="does not show the code") as fault:
        code_in(text(body, code=CODE))

    assert fault.value.cause is Cause.TEXT_WITHOUT_CODE
    assert CODE not in str(fault.value)


@pytest.mark.parametrize("code", ["48291", "4829100", "ABCDEF", "", "٤٨٢٩١٠"])
def test_a_code_beside_the_words_that_is_not_six_digits_is_the_tenants_fault(code: str) -> None:
    with pytest.raises(TenantFault, match="not six digits"):
        code_in(text(f"Your code is {code}", code=code))


@given(st.text(), st.text())
def test_whatever_the_words_are_it_reads_six_digits_or_says_why_not(body: str, name: str) -> None:
    try:
        code = code_in(text(body), name).reveal()
    except (TenantFault, Inconclusive):
        return
    assert len(code) == 6
    assert code.isdecimal()
