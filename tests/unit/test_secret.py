"""What cannot be printed is not printed, and a wrong code looks like the right one and never is."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfa_verification.core.secret import NEARLY_RIGHT, Secret, wrong_code_for

TEXT = "HJ6XM2DNERXDAVCU"


@pytest.mark.parametrize(
    "print_it",
    [
        str,
        repr,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r:>30}",
        lambda secret: "%s" % secret,  # noqa: UP031
        lambda secret: repr([secret]),
        lambda secret: repr({"key": secret}),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_shows_its_label_only(print_it: Callable[[Secret], str]) -> None:
    shown = print_it(Secret(TEXT, "key"))

    assert TEXT not in shown
    assert "‹key›" in shown


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.deepcopy])
def test_is_not_written_anywhere(write: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as refused:
        write(Secret(TEXT, "key"))

    assert TEXT not in str(refused.value)


def test_is_no_string() -> None:
    with pytest.raises(TypeError):
        "prefix " + Secret(TEXT, "key")  # type: ignore[operator]
    with pytest.raises(TypeError):
        "".join([Secret(TEXT, "key")])  # type: ignore[list-item]


def test_takes_text_only_and_does_not_print_what_it_was_given() -> None:
    with pytest.raises(TypeError, match="the code must be a str, not int") as refused:
        Secret(482910, "code")  # type: ignore[arg-type]

    assert "482910" not in str(refused.value)


def test_equals_another_that_holds_the_same_whatever_its_label() -> None:
    assert Secret(TEXT, "key") == Secret(TEXT, "other name")
    assert Secret(TEXT, "key") != Secret(TEXT + "A", "key")
    assert Secret(TEXT, "key") != TEXT


def test_cannot_be_hashed_as_a_short_code_could_be_found_again() -> None:
    with pytest.raises(TypeError):
        hash(Secret("482910", "code"))


def test_is_true_where_it_holds_something() -> None:
    assert Secret(TEXT, "key")
    assert not Secret("", "key")


def test_gives_the_text_to_who_asks_by_name() -> None:
    assert Secret(TEXT, "key").reveal() == TEXT


codes = st.from_regex("[0-9]{4,10}", fullmatch=True)


@given(codes)
def test_a_wrong_code_is_as_long_made_of_digits_and_different_at_every_place(code: str) -> None:
    wrong = wrong_code_for(Secret(code, "SMS code")).reveal()

    assert len(wrong) == len(code)
    assert wrong.isascii()
    assert wrong.isdecimal()
    assert all(ours != right for ours, right in zip(wrong, code, strict=True))


@given(codes)
def test_a_wrong_code_is_derived_so_the_same_code_gives_the_same_wrong_one(code: str) -> None:
    assert wrong_code_for(Secret(code, "a")) == wrong_code_for(Secret(code, "b"))


@given(codes, st.integers(1, 8))
def test_a_wrong_code_keeps_away_from_up_to_eight_others(code: str, count: int) -> None:
    others: list[Secret] = []
    for _ in range(count):
        others.append(wrong_code_for(Secret(code, "code"), besides=others))

    assert wrong_code_for(Secret(code, "code"), besides=others) not in [*others, Secret(code, "code")]


def test_a_wrong_code_says_so_when_all_nine_are_ruled_out() -> None:
    nine = [Secret(str(digit) * 6, "code") for digit in range(1, 10)]

    with pytest.raises(ValueError, match="among the 9 to avoid"):
        wrong_code_for(Secret("000000", "code"), besides=nine)


@pytest.mark.parametrize("code", ["", "48291O", "٤٨٢٩١٠", "482 910", "482910\n"])
def test_a_wrong_code_takes_ascii_digits_only_and_does_not_print_what_it_was_given(code: str) -> None:
    with pytest.raises(ValueError, match="other characters than digits") as refused:
        wrong_code_for(Secret(code, "SMS code"))

    assert "48" not in str(refused.value)


def test_a_wrong_code_says_what_it_is() -> None:
    assert str(wrong_code_for(Secret("482910", "SMS code"))) == "‹wrong SMS code›"


@pytest.mark.parametrize("how", NEARLY_RIGHT)
@given(code=codes)
def test_nearly_right_is_wrong(how: str, code: str) -> None:
    assert NEARLY_RIGHT[how](Secret(code, "SMS code")).reveal() != code


def test_nearly_right_differs_at_the_end_alone() -> None:
    nearly = [NEARLY_RIGHT[how](Secret("123459", "SMS code")).reveal() for how in NEARLY_RIGHT]
    assert nearly == ["123450", "12345", "000000"]
