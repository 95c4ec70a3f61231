"""What cannot be printed is not printed, whichever way one tries."""

import copy
import json
import pickle
from collections.abc import Callable

import pytest

from mfa_verification.core.secret import Secret

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
    with pytest.raises(TypeError, match="the code must be text, and is int") as refused:
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
