"""Check the documents: facts about Auth0, links, paths, commands, options and names in them are correct."""

from __future__ import annotations

import re
import subprocess

from mfa_verification.login.screens import table as screens_table
from plugins.facts import NUMBER, facts_in
from tests.faults.detection import REQUIREMENTS, variations
from tests.running import PYTEST, ROOT

INDEX = ROOT / "docs" / "auth0-facts.md"
PAGES = sorted((ROOT / "docs" / "auth0-facts").glob("*.md"))
FACTS = facts_in(ROOT / "docs" / "auth0-facts")
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "reports/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def tracked() -> list[str]:
    """Return the paths of all files that git tracks."""
    command = ["git", "ls-files"]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout.splitlines()


def cited() -> set[str]:
    """Return the numbers of the facts that files outside the fact pages cite."""
    numbers: set[str] = set()
    for path in (ROOT / name for name in tracked()):
        if path not in (INDEX, *PAGES) and path.is_file():
            numbers.update(NUMBER.findall(path.read_text(encoding="utf-8", errors="replace")))
    return numbers


def test_every_fact_has_a_level_and_an_address_unless_it_is_inferred() -> None:
    assert {fact.level for fact in FACTS.values()} == {"recorded", "documented", "inferred"}
    for fact in FACTS.values():
        assert bool(fact.addresses) == (fact.level != "inferred"), fact
        assert all(address.startswith("https://") for address in fact.addresses), fact


def test_every_fact_is_cited_and_every_citation_is_a_fact() -> None:
    assert cited() == FACTS.keys()
    named = {number for page in (INDEX, *PAGES) for number in NUMBER.findall(page.read_text(encoding="utf-8"))}
    assert named <= FACTS.keys()


def test_every_requirement_cites_facts() -> None:
    assert not [one.id for one in REQUIREMENTS.values() if not one.facts or not FACTS.keys() >= set(one.facts)]


def test_the_index_of_facts_names_every_page() -> None:
    named = set(re.findall(r"auth0-facts/([a-z-]+\.md)", INDEX.read_text(encoding="utf-8")))
    assert named == {page.name for page in PAGES}


def test_every_link_reference_is_used_and_defined() -> None:
    for page in (*PAGES, ROOT / "docs" / "glossary.md"):
        text = page.read_text(encoding="utf-8")
        used = set(re.findall(r"\]\[([^\]]+)\]", text))
        assert used == set(re.findall(r"^\[([^\]]+)\]: https://", text, re.MULTILINE)), page.name


def test_the_glossary_is_in_alphabetical_order() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    terms = [term.strip("`").lower() for term in re.findall(r"^- \*\*(.+?)\*\*: ", text, re.MULTILINE)]
    assert terms == sorted(set(terms))


def test_the_table_of_screens_is_up_to_date() -> None:
    page = (ROOT / "docs" / "sign-in.md").read_text()
    assert screens_table() in page, "copy the output of `python -m mfa_verification.login.screens` to docs/sign-in.md"


def found_in_documents(pattern: str) -> set[str]:
    """Return all matches of a regular expression in the documents."""
    return {found for document in DOCUMENTS for found in re.findall(pattern, document.read_text())}


def test_make_targets_options_and_variations_in_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert found_in_documents(r"`make ([a-z]+(?:-[a-z]+)*)") <= targets
    command = [*PYTEST, "features", "--help"]
    options = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    assert not [name for name in found_in_documents(r"pytest[^`|\n]*?(--[a-z][a-z-]+)") if name not in options]
    known = {variation["name"] for variation in variations()}
    assert found_in_documents(r"--vary ([a-z][a-z-]+)") <= known


def test_links_and_paths_in_documents_exist() -> None:
    """A path may be relative to any folder, such as `users/held.py`. A folder ends with a slash.

    docs/soak.md is not checked: it names the tests of a run in the past.
    """
    paths = "".join(f"\n/{path}" for path in tracked()) + "\n"
    for document in set(DOCUMENTS) - {ROOT / "docs" / "soak.md"}:
        text = document.read_text()
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
        for name in re.findall(r"`([\w./-]*[\w-]+\.(?:py|toml|feature|js)|[\w.-]+/[\w./-]*/)(?=`|:)", text):
            if not name.startswith(("reports/latest/", "sign-in-")):
                assert f"/{name}" in paths, f"{document.name}: {name}"
