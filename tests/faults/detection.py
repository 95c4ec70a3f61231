"""The table of faults: what each must turn red, and the page that says so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from plugins.catalogue import requirements_of
from tests.faults.mistakes import MISTAKES
from tests.running import ROOT

PAGE = ROOT / "docs" / "detection.md"
REQUIREMENTS = requirements_of(ROOT / "features")
DECLARED = {(fault.name, id_): fault for id_, one in REQUIREMENTS.items() for fault in one.faults}
"""Each fault with each requirement that it must turn red."""
TABLE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("expected.toml").read_text())
NOT_YET = {name: entry["why"] for name, entry in TABLE.items()}

AGAINST: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("against.toml").read_text())
"""Which requirements a dialect contradicts."""


@dataclass(frozen=True)
class Detection:
    """One fault, and the step at which it was found."""

    fault: str
    requirement: str
    step: str
    cause: str

    def as_row(self) -> list[str]:
        """Return it as a worker hands it over."""
        return [self.fault, self.requirement, self.step, self.cause]

    @classmethod
    def from_row(cls, row: list[str]) -> Detection:
        """Take it back."""
        return cls(*row)


SEEN: list[Detection] = []


@cache
def variations() -> list[dict[str, Any]]:
    """Ask the local tenant for its variations."""
    command = [sys.executable, "-m", "local_tenant", "variations"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def write_when_whole() -> None:
    """Write docs/detection.md from what was seen, where nothing of the table is missing."""
    if {(detection.fault, detection.requirement) for detection in SEEN} == set(DECLARED):
        PAGE.write_text(page(SEEN))


def page(found: Iterable[Detection]) -> str:
    """Return docs/detection.md: a row a fault, in the order of the first requirement that it turned red."""
    sentences = {variation["name"]: variation["sentence"] for variation in variations()}
    sentences |= {name: str(mistake.__doc__) for name, mistake in MISTAKES.items()}
    by_fault: dict[str, dict[tuple[str, str], list[str]]] = {}
    for one in sorted(found, key=lambda one: (one.requirement, one.fault)):
        by_fault.setdefault(one.fault, {}).setdefault((one.step, one.cause), []).append(one.requirement)
    rows = [
        f"| `{fault}` | {sentences[fault]} | {'<br>'.join(_line(*group) for group in groups.items())} |"
        for fault, groups in by_fault.items()
    ]
    open_ones = [f"| `{name}` | {sentences[name]} | {why} |" for name, why in sorted(NOT_YET.items())]
    return "\n".join([HEAD, *rows, MIDDLE, *open_ones]) + "\n"


def _line(at: tuple[str, str], requirements: list[str]) -> str:
    step, cause = at
    return f"{', '.join(requirements)}: {step} (`{cause}`)"


def on_page() -> list[Detection]:
    """Return what docs/detection.md says."""
    found = PAGE.read_text().split("## ")[0]
    return [
        Detection(fault, requirement, step, cause)
        for fault, lines in re.findall(r"^\| `([a-z0-9-]+)` \| .*? \| (MFA-.*) \|$", found, re.MULTILINE)
        for requirements, step, cause in re.findall(r"(MFA[^:]+): (.*?) \(`([a-z-]+)`\)(?:<br>|$)", lines)
        for requirement in requirements.split(", ")
    ]


HEAD = """# What the suite finds

Each row is a fault of the local tenant (`python -m local_tenant serve --vary NAME`) or a mistake made in its settings,
and the requirements that it turned red when it was last tried, mostly on the single-page application: at which step,
and for which [cause](causes.md). The page is written by `make matrix`.

| fault | what is broken | found by, and where |
|---|---|---|"""
MIDDLE = """
## What no requirement speaks of yet

| fault | what is broken | why it stays green |
|---|---|---|"""
