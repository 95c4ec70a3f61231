"""Check that secrets are not printed, and that wrong codes are wrong and look correct."""

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
def test_a_secret_prints_as_its_label(print_it: Callable[[Secret], str]) -> None:
    shown = print_it(Secret(TEXT, "key"))
    assert TEXT not in shown
    assert "‹key›" in shown


@pytest.mark.parametrize("write", [json.dumps, pickle.dumps, copy.deepcopy])
def test_a_secret_cannot_be_serialized_or_copied(write: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as refused:
        write(Secret(TEXT, "key"))

    assert TEXT not in str(refused.value)


def test_a_secret_is_no_string() -> None:
    with pytest.raises(TypeError):
        "prefix " + Secret(TEXT, "key")  # type: ignore[operator]
    with pytest.raises(TypeError):
        "".join([Secret(TEXT, "key")])  # type: ignore[list-item]


def test_a_secret_must_be_a_string_and_the_error_prints_no_value() -> None:
    with pytest.raises(TypeError, match="the code must be a str, not int") as refused:
        Secret(482910, "code")  # type: ignore[arg-type]

    assert "482910" not in str(refused.value)


def test_secrets_with_the_same_text_are_equal() -> None:
    assert Secret(TEXT, "key") == Secret(TEXT, "other name")
    assert Secret(TEXT, "key") != Secret(TEXT + "A", "key")
    assert Secret(TEXT, "key") != TEXT


def test_a_secret_has_no_hash_from_which_a_code_could_be_found() -> None:
    with pytest.raises(TypeError):
        hash(Secret("482910", "code"))


def test_an_empty_secret_is_false() -> None:
    assert Secret(TEXT, "key")
    assert not Secret("", "key")


def test_reveal_returns_the_text() -> None:
    assert Secret(TEXT, "key").reveal() == TEXT


codes = st.from_regex("[0-9]{4,10}", fullmatch=True)


@given(codes)
def test_a_wrong_code_differs_in_every_digit(code: str) -> None:
    wrong = wrong_code_for(Secret(code, "SMS code")).reveal()
    assert len(wrong) == len(code)
    assert wrong.isascii()
    assert wrong.isdecimal()
    assert all(ours != right for ours, right in zip(wrong, code, strict=True))


@given(codes)
def test_the_wrong_code_depends_on_the_code_alone(code: str) -> None:
    assert wrong_code_for(Secret(code, "a")) == wrong_code_for(Secret(code, "b"))


@given(codes, st.integers(1, 8))
def test_a_wrong_code_differs_from_up_to_eight_others(code: str, count: int) -> None:
    others: list[Secret] = []
    for _ in range(count):
        others.append(wrong_code_for(Secret(code, "code"), besides=others))

    assert wrong_code_for(Secret(code, "code"), besides=others) not in [*others, Secret(code, "code")]


def test_with_nine_codes_to_avoid_there_is_no_wrong_code() -> None:
    nine = [Secret(str(digit) * 6, "code") for digit in range(1, 10)]
    with pytest.raises(ValueError, match="among the 9 to avoid"):
        wrong_code_for(Secret("000000", "code"), besides=nine)


@pytest.mark.parametrize("code", ["", "48291O", "٤٨٢٩١٠", "482 910", "482910\n"])
def test_a_wrong_code_needs_ascii_digits_and_the_error_prints_no_value(code: str) -> None:
    with pytest.raises(ValueError, match="other characters than digits") as refused:
        wrong_code_for(Secret(code, "SMS code"))

    assert "48" not in str(refused.value)


def test_a_wrong_code_has_a_label() -> None:
    assert str(wrong_code_for(Secret("482910", "SMS code"))) == "‹wrong SMS code›"


@pytest.mark.parametrize("how", NEARLY_RIGHT)
@given(code=codes)
def test_a_nearly_correct_code_is_wrong(how: str, code: str) -> None:
    assert NEARLY_RIGHT[how](Secret(code, "SMS code")).reveal() != code


def test_the_nearly_correct_codes() -> None:
    nearly = [NEARLY_RIGHT[how](Secret("123459", "SMS code")).reveal() for how in NEARLY_RIGHT]
    assert nearly == ["123450", "12345", "000000"]
