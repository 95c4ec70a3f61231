"""The sentences of the features: closed tables, pronouns that fit, and a page of them all."""

from __future__ import annotations

import inspect
from collections import Counter

import pytest

from steps.words import TABLES, Pattern, Pronouns, Sentence
from tests.house.steps_page import PAGE, SETTINGS, definitions, page, settings
from tests.running import ROOT


def test_the_page_is_made_from_the_definitions() -> None:
    assert PAGE.read_text() == page(), "make catalogue renews it"


def test_editors_know_what_may_stand_in_each_place() -> None:
    assert SETTINGS.read_text() == settings(), "make catalogue renews it"


def test_the_definitions_are_few() -> None:
    assert len({inspect.unwrap(one.step_func) for one in definitions()}) <= 85


@pytest.mark.parametrize("name", [module.stem for module in (ROOT / "steps").glob("[a-z]*.py")])
def test_a_module_of_steps_is_loaded(name: str) -> None:
    loaded = {one.step_func.__module__ for one in definitions()}
    assert name == "words" or f"steps.{name}" in loaded


def test_every_table_is_used() -> None:
    assert {type_ for one in definitions() if isinstance(one.parser, Sentence) for type_ in one.parser.types} == set(
        TABLES
    )


def test_a_row_takes_what_its_phrase_names() -> None:
    definitions()
    for type_, rows in TABLES.items():
        for phrase, value in rows.items():
            named = {place for place, _ in Pattern(phrase).places} - set(Pronouns._fields)
            if callable(value):
                taken = inspect.signature(value).parameters
                takes_any = any(one.kind is one.VAR_KEYWORD for one in taken.values())
                assert named <= set(taken) or takes_any, f"{type_}: {phrase}"


def test_no_sentence_stands_in_two_definitions() -> None:
    counted = Counter((one.type, one.parser.name) for one in definitions())
    assert not [text for text, count in counted.items() if count > 1]


KNOWN = [
    'Ava confirms the enrollment with the SMS code, sending the MFA API token in the header and as "mfa_token"',
    "Ben starts enrolling his phone by SMS",
    "Ava tries to remove Ben's phone with her own MFA API token",
    "Ava signs in to the native application, requesting the MFA API",
]
UNKNOWN = [
    "Ava confirms the enrollment with the SMS code, with the MFA API token as mfa_token and in the header",
    "Ava confirms the enrollment with the SMS code, with the MFA API token in the header",
    "Ben starts enrolling her phone by SMS",
    "Ava tries to remove Ben's phone with his own MFA API token",
    "Ida signs in to the native application, requesting the MFA API",
    "Ava signs in to the mobile application, requesting the MFA API",
]


@pytest.mark.parametrize("text", [*KNOWN, *UNKNOWN])
def test_only_known_words_make_a_sentence(text: str) -> None:
    found = [one for one in definitions() if one.type == "when" and one.parser.is_matching(text)]
    assert len(found) == (text in KNOWN)
