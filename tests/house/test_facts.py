"""Each fact about Auth0 has a level and an address, each is cited, and each citation is a fact."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from plugins.catalogue import requirements_of
from plugins.facts import NUMBER, facts_in
from tests.running import ROOT

INDEX = ROOT / "docs" / "auth0-facts.md"
FOLDER = ROOT / "docs" / "auth0-facts"
PAGES = sorted(FOLDER.glob("*.md"))
FACTS = facts_in(FOLDER)


def cited() -> dict[str, set[str]]:
    """Return the numbers that the repository cites outside the pages of facts, and the files that cite them."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    where: dict[str, set[str]] = {}
    for name in listed.splitlines():
        path = ROOT / name
        if path in (INDEX, Path(__file__).resolve(), *PAGES) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number in NUMBER.findall(text):
            where.setdefault(number, set()).add(name)
    return where


def test_every_fact_has_a_level() -> None:
    assert {fact.level for fact in FACTS.values()} == {"recorded", "documented", "inferred"}


def test_every_fact_has_an_address_unless_it_is_inferred() -> None:
    for fact in FACTS.values():
        if fact.level == "inferred":
            assert not fact.addresses, fact
        else:
            assert fact.addresses, fact
            assert all(address.startswith("https://") for address in fact.addresses), fact


def test_every_citation_is_a_fact() -> None:
    assert not {number: sorted(files) for number, files in cited().items() if number not in FACTS}


def test_every_fact_is_cited() -> None:
    assert not sorted(FACTS.keys() - cited().keys())


def test_every_requirement_cites_facts() -> None:
    """Its first fact gives the level."""
    requirements = requirements_of(ROOT / "features").values()
    assert not [one.id for one in requirements if not one.facts or not FACTS.keys() >= set(one.facts)]


def test_facts_name_facts_that_are_there() -> None:
    named = {number for page in (INDEX, *PAGES) for number in NUMBER.findall(page.read_text(encoding="utf-8"))}
    assert named <= FACTS.keys()


def test_the_index_names_every_page() -> None:
    assert set(re.findall(r"auth0-facts/([a-z-]+\.md)", INDEX.read_text(encoding="utf-8"))) == {
        page.name for page in PAGES
    }


def test_every_address_is_used_and_every_name_has_one() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"\]\[([^\]]+)\]", text))
        assert named == set(re.findall(r"^\[([^\]]+)\]: ", text, re.MULTILINE)), page.name
