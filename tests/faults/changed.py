"""Which faults a change touches: `make test` tries them beside its sample, so that nobody waits for the matrix to hear.

What counts as changed is what differs from the branch that the clone came from; where there is none, nothing does.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache

from tests.faults.core import ROWS
from tests.faults.detection import DECLARED, variations
from tests.faults.mistakes import MISTAKES
from tests.running import ROOT


def changed_files() -> set[str]:
    """Return the files that differ from the clone's origin, as git names them."""
    command = ["git", "diff", "--name-only", "--merge-base", "origin/HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return set()
    return set(done.stdout.split()) if done.returncode == 0 else set()


def touched(files: set[str]) -> set[str]:
    """Return the faults whose own module, whose rules, or whose requirement's feature are among the files."""
    requirements = {id_ for row in ROWS if row.file(ROOT) in files for id_ in row.requirements}
    return {fault for fault, id_ in DECLARED if id_ in requirements or files & own_files(fault)}


def own_files(fault: str) -> set[str]:
    """Return the files that a fault is made of: of a variation the module with its row, and its rule's."""
    if fault in MISTAKES:
        return {"tests/faults/mistakes.py"}
    row, rule = _files("variations", r'^@?fault\(\s*"([a-z0-9-]+)"'), _files("rules", r"^class (\w+)")
    return {row[fault], rule[_rules()[fault]]}


@cache
def _rules() -> dict[str, str]:
    """The class of rules of which each variation changes a decision."""
    return {variation["name"]: variation["overrides"].partition(".")[0] for variation in variations()}


@cache
def _files(package: str, pattern: str) -> dict[str, str]:
    """The file of the local tenant that says each name."""
    files = sorted((ROOT / "local_tenant" / package).glob("*.py"))
    return {
        name: str(file.relative_to(ROOT))
        for file in files
        for name in re.findall(pattern, file.read_text(), re.MULTILINE)
    }
