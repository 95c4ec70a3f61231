"""The table of faults: what each must turn red, and the page that says so."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
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
    if {(detection.fault, detection.requirement) for detection in SEEN} != set(DECLARED):
        return
    sentences = {variation["name"]: variation["sentence"] for variation in variations()}
    sentences |= {name: str(mistake.__doc__) for name, mistake in MISTAKES.items()}
    rows = [
        f"| `{seen.fault}` | {sentences[seen.fault]} | {seen.requirement} | {seen.step} | {seen.cause} |"
        for seen in sorted(SEEN, key=lambda seen: (seen.requirement, seen.fault))
    ]
    open_ones = [f"| `{name}` | {sentences[name]} | {why} |" for name, why in sorted(NOT_YET.items())]
    PAGE.write_text("\n".join([HEAD, *rows, MIDDLE, *open_ones]) + "\n")


HEAD = """# What the suite finds

Each row is a fault of the local tenant (`python -m local_tenant serve --vary NAME`) or a mistake made in its settings,
and the step at which the suite found it when it was last tried, mostly on the single-page application. The page is
written by `make matrix`.

| fault | what is broken | requirement | red at | cause |
|---|---|---|---|---|"""
MIDDLE = """
## What no requirement speaks of yet

| fault | what is broken | why it stays green |
|---|---|---|"""
