"""Reads the Auth0 facts in `docs/auth0-facts`: number, evidence level and sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NUMBER = re.compile(r"AF-[A-Z]+-\d{2}")
ROW = re.compile(r"^\| (?P<number>AF-[A-Z]+-\d{2}) \| (?P<text>.+?) \| (?P<level>\w*) \|(?: (?P<sources>.*?) \|)?$")
LINK = re.compile(r"^\[(?P<name>[^\]]+)\]: (?P<address>\S+)$")


class FactError(Exception):
    """A malformed row in a page of facts, or a number used twice; the message names page and row."""


@dataclass(frozen=True)
class Fact:
    """One row of a page of facts. A source without a link has an empty address."""

    number: str
    level: str
    addresses: tuple[str, ...]
    page: str


def facts_in(pages: Path) -> dict[str, Fact]:
    """Return all facts by number. Raises `FactError` for the first mistake."""
    found: dict[str, Fact] = {}
    for page in sorted(pages.glob("*.md")):
        lines = page.read_text(encoding="utf-8").splitlines()
        links = {link["name"]: link["address"] for line in lines if (link := LINK.match(line))}
        for line in lines:
            if not line.startswith("| AF-"):
                continue
            row = ROW.match(line)
            if not row or row["number"] in found:
                raise FactError(f"{page.name}: expected a unique number, a text, a level and sources: {line}")
            names = re.findall(r"\]\[([^\]]+)\]", row["sources"] or "")
            addresses = tuple(links.get(name, "") for name in names)
            found[row["number"]] = Fact(row["number"], row["level"], addresses, page.name)
    return found
