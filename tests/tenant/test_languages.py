"""Every sentence of every page has its translation, with the same blanks."""

from __future__ import annotations

import re

import pytest

from local_tenant.web.screens import challenges, enrollment
from local_tenant.web.screens.screen import ERRORS, LANGUAGES, translations
from tests.tenant.client import ROOT

TEMPLATES = sorted((ROOT / "local_tenant" / "templates").glob("*.html"))
QUOTED = re.compile(r'"((?:[^"{}]|\{\w+\})+)"')


def sentences() -> set[str]:
    found = set(ERRORS.values()) | set(enrollment.NAMES.values()) | {name for _, name in challenges.NAMES.values()}
    for template in TEMPLATES:
        for line in template.read_text(encoding="utf-8").splitlines():
            if "{{" in line or "{%" in line:
                found |= {words for words in QUOTED.findall(line) if re.match(r"[A-Z]", words)}
    return found - {"POST"}


@pytest.mark.parametrize("language", sorted(file.stem for file in LANGUAGES.glob("*.toml")))
def test_a_language_says_what_the_pages_say(language: str) -> None:
    said = translations(language)
    assert set(said) == sentences()
    for english, words in said.items():
        assert sorted(re.findall(r"\{\w+\}", words)) == sorted(re.findall(r"\{\w+\}", english)), english
