"""The closed list of causes, and the page that explains it."""

from __future__ import annotations

from pathlib import Path

from mfa_verification.core.cause import Cause
from mfa_verification.verdict.explained import EXPLAINED, page

PAGE = Path(__file__).parents[2] / "docs" / "causes.md"


def test_every_cause_is_explained() -> None:
    assert set(EXPLAINED) == set(Cause)


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "make catalogue renews it"


def test_every_sentence_ends() -> None:
    for cause, said in EXPLAINED.items():
        assert said.means.endswith("."), cause
        assert said.do.endswith("."), cause
        assert said.look, cause
