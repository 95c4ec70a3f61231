"""A wrong code looks like the right one and never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.secret import NEARLY_RIGHT, Secret, wrong_code_for

codes = st.from_regex("[0-9]{4,10}", fullmatch=True)


@given(codes)
def test_is_as_long_made_of_digits_and_different_at_every_place(code: str) -> None:
    wrong = wrong_code_for(Secret(code, "texted code")).reveal()

    assert len(wrong) == len(code)
    assert wrong.isascii()
    assert wrong.isdecimal()
    assert all(ours != right for ours, right in zip(wrong, code, strict=True))


@given(codes)
def test_is_derived_so_the_same_code_gives_the_same_wrong_one(code: str) -> None:
    assert wrong_code_for(Secret(code, "a")) == wrong_code_for(Secret(code, "b"))


@given(codes, st.integers(1, 8))
def test_keeps_away_from_up_to_eight_others(code: str, count: int) -> None:
    others: list[Secret] = []
    for _ in range(count):
        others.append(wrong_code_for(Secret(code, "code"), besides=others))

    assert wrong_code_for(Secret(code, "code"), besides=others) not in [*others, Secret(code, "code")]


def test_says_so_when_all_nine_are_ruled_out() -> None:
    nine = [Secret(str(digit) * 6, "code") for digit in range(1, 10)]

    with pytest.raises(ValueError, match="among the 9 to avoid"):
        wrong_code_for(Secret("000000", "code"), besides=nine)


@pytest.mark.parametrize("code", ["", "48291O", "٤٨٢٩١٠", "482 910", "482910\n"])
def test_takes_ascii_digits_only_and_does_not_print_what_it_was_given(code: str) -> None:
    with pytest.raises(ValueError, match="made of digits") as refused:
        wrong_code_for(Secret(code, "texted code"))

    assert "48" not in str(refused.value)


def test_says_what_it_is() -> None:
    assert str(wrong_code_for(Secret("482910", "texted code"))) == "‹wrong texted code›"


@pytest.mark.parametrize("how", NEARLY_RIGHT)
@given(code=codes)
def test_nearly_right_is_wrong(how: str, code: str) -> None:
    assert NEARLY_RIGHT[how](Secret(code, "texted code")).reveal() != code


def test_nearly_right_differs_at_the_end_alone() -> None:
    nearly = [NEARLY_RIGHT[how](Secret("123459", "texted code")).reveal() for how in NEARLY_RIGHT]
    assert nearly == ["123450", "12345", "000000"]
