"""What each fault must make nonconforming, and docs/detection.md, which records where it was detected."""

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
"""Every pair of a fault and a requirement that must detect it."""
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("expected.toml").read_text())
NOT_COVERED: dict[str, str] = EXPECTED["not-covered"]
"""Faults that no requirement covers, and why."""
ALSO_NONCONFORMING: dict[str, list[str]] = EXPECTED["also-nonconforming"]
"""Requirements of the core that a fault makes nonconforming in addition to the declared ones."""
CONTRADICTED: dict[str, list[str]] = EXPECTED["contradicted"]
"""Requirements that a dialect contradicts."""


@dataclass(frozen=True)
class Detection:
    """A fault, and the step and cause with which a requirement detected it."""

    fault: str
    requirement: str
    step: str
    cause: str


SEEN: list[Detection] = []


@cache
def variations() -> list[dict[str, Any]]:
    """Return the variations of the local tenant as its command line prints them."""
    command = [sys.executable, "-m", "local_tenant", "variations"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def write_if_complete() -> None:
    """Write docs/detection.md if every declared pair was detected in this session."""
    if {(detection.fault, detection.requirement) for detection in SEEN} == set(DECLARED):
        PAGE.write_text(page(SEEN))


def page(found: Iterable[Detection]) -> str:
    """Return the text of docs/detection.md: one row for each fault, ordered by its first requirement."""
    sentences = {variation["name"]: variation["sentence"] for variation in variations()}
    sentences |= {name: str(mistake.__doc__) for name, mistake in MISTAKES.items()}
    by_fault: dict[str, dict[tuple[str, str], list[str]]] = {}
    for one in sorted(found, key=lambda one: (one.requirement, one.fault)):
        by_fault.setdefault(one.fault, {}).setdefault((one.step, one.cause), []).append(one.requirement)
    rows = [
        f"| `{fault}` | {sentences[fault]} | {'<br>'.join(_line(*group) for group in groups.items())} |"
        for fault, groups in by_fault.items()
    ]
    not_covered = [f"| `{name}` | {sentences[name]} | {why} |" for name, why in sorted(NOT_COVERED.items())]
    return "\n".join([HEAD, *rows, MIDDLE, *not_covered]) + "\n"


def _line(at: tuple[str, str], requirements: list[str]) -> str:
    step, cause = at
    return f"{', '.join(requirements)}: {step} (`{cause}`)"


def on_page() -> list[Detection]:
    """Return the detections that docs/detection.md records."""
    found = PAGE.read_text().split("## ")[0]
    return [
        Detection(fault, requirement, step, cause)
        for fault, lines in re.findall(r"^\| `([a-z0-9-]+)` \| .*? \| (MFA-.*) \|$", found, re.MULTILINE)
        for requirements, step, cause in re.findall(r"(MFA[^:]+): (.*?) \(`([a-z-]+)`\)(?:<br>|$)", lines)
        for requirement in requirements.split(", ")
    ]


HEAD = """# Detected faults

`make matrix` generates this page. Each row is a fault of the local tenant (`python -m local_tenant serve --vary NAME`)
or a mistake in its settings, with the requirements that detected it in the last run, the step that failed and its
[cause](causes.md). Most rows ran for the single-page application.

| fault | what is broken | detected by, and where |
|---|---|---|"""
MIDDLE = """
## Faults that no requirement covers

| fault | what is broken | why it is not covered |
|---|---|---|"""
