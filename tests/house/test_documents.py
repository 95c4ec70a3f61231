"""The documents name what is there."""

from __future__ import annotations

import re
import subprocess

from tests.faults.detection import variations
from tests.running import PYTEST, ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "reports" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def named(pattern: str) -> set[str]:
    return {found for document in DOCUMENTS for found in re.findall(pattern, document.read_text())}


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named(r"`make ([a-z]+)") <= targets


def test_every_option_is_there() -> None:
    listed = subprocess.run(
        [*PYTEST, "features", "--help"], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout
    for option in named(r"pytest[^`|\n]*?(--[a-z][a-z-]+)"):
        assert option in listed, option


def test_every_variation_is_there() -> None:
    known = {variation["name"] for variation in variations()}
    assert named(r"--vary ([a-z][a-z-]+)") <= known


def test_every_link_leads_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
