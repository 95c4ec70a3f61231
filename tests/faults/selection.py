"""Select the rows that run under a fault, and the faults that a change affects.

`make test` runs a sample of the faults and those that the change affects. A change is every file that differs from the
branch that the clone came from.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from plugins.catalogue import Catalogue, Row
from tests.faults.detection import DECLARED
from tests.faults.mistakes import MISTAKES
from tests.running import ROOT

APPLICATION = "single-page application"
CORE = (
    "MFA-CFG-001", "MFA-CFG-005", "MFA-CFG-006", "MFA-ENR-002", "MFA-ENR-007", "MFA-ENR-010", "MFA-TOK-001",
    "MFA-TOK-002", "MFA-TOK-005", "MFA-TOK-006", "MFA-CNF-003", "MFA-CNF-004", "MFA-BYP-006", "MFA-BYP-008",
    "MFA-BYP-009",
)  # fmt: skip
"""Requirements whose rows run under every fault: settings, both factors, tokens, wrong codes, the password grant."""
ROWS = Catalogue.of(ROOT / "features").rows
FILES_OF_VARIATIONS = """
import json, sys
from local_tenant.variations import Variation, known
create, files = Variation.__init__, {}
def noting(self, kind, name, decision, *more, **options):
    files[name] = [sys._getframe(2).f_code.co_filename, decision.__code__.co_filename]
    create(self, kind, name, decision, *more, **options)
Variation.__init__ = noting
known()
print(json.dumps(files))
"""
"""Prints, for each variation of the local tenant, the file of its row and the file of the decision that it changes."""


def rows_of(requirements: set[str]) -> list[str]:
    """Return the node ids of the rows of these requirements and the core, for one application where possible."""
    chosen = []
    for id_ in sorted(requirements | set(CORE)):
        own = [row for row in ROWS if id_ in row.requirements]
        chosen += [row.node_id(ROOT) for row in own if _is_for_application(row)] or [row.node_id(ROOT) for row in own]
    return list(dict.fromkeys(chosen))


def _is_for_application(row: Row) -> bool:
    return row.example.get("application") == APPLICATION


def changed_files() -> set[str]:
    """Return the files that differ from the clone's origin; none if there is no origin or no git."""
    command = ["git", "diff", "--name-only", "--merge-base", "origin/HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return set()
    return set(done.stdout.split()) if done.returncode == 0 else set()


def affected_by(files: set[str]) -> set[str]:
    """Return the faults whose row, changed decision or requirement is in one of these files."""
    requirements = {id_ for row in ROWS if row.file(ROOT) in files for id_ in row.requirements}
    return {fault for fault, id_ in DECLARED if id_ in requirements or files & files_of(fault)}


def files_of(fault: str) -> set[str]:
    """Return the files that make a fault, relative to the repository."""
    return {"tests/faults/mistakes.py"} if fault in MISTAKES else _files_of_variations()[fault]


@cache
def _files_of_variations() -> dict[str, set[str]]:
    command = [sys.executable, "-c", FILES_OF_VARIATIONS]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True)
    return {
        name: {Path(file).relative_to(ROOT).as_posix() for file in files}
        for name, files in json.loads(done.stdout).items()
    }
