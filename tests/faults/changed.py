"""Which faults a change touches: `make test` tries them beside its sample, so that nobody waits for the matrix to hear.

What counts as changed is what differs from the branch that the clone came from; where there is none, nothing does.
"""

from __future__ import annotations

import re
import subprocess

from tests.faults.core import ROWS
from tests.faults.detection import DECLARED
from tests.faults.mistakes import MISTAKES
from tests.running import ROOT

RULES = re.compile(r"^from local_tenant\.rules\.(\w+) import", re.MULTILINE)


def changed_files() -> set[str]:
    """Return the files that differ from the clone's origin, as git names them."""
    command = ["git", "diff", "--name-only", "--merge-base", "origin/HEAD"]
    try:
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return set()
    return set(done.stdout.split()) if done.returncode == 0 else set()


def touched(files: set[str]) -> set[str]:
    """Return the faults whose own file, whose rules, or whose requirement's feature are among the files."""
    requirements = {id_ for row in ROWS if row.file(ROOT) in files for id_ in row.requirements}
    return {fault for fault, id_ in DECLARED if id_ in requirements or files & own_files(fault)}


def own_files(fault: str) -> set[str]:
    """Return the files that a fault is made of: of a variation its own and its rules'."""
    if fault in MISTAKES:
        return {"tests/faults/mistakes.py"}
    file = f"local_tenant/variations/{fault.replace('-', '_')}.py"
    return {file} | {f"local_tenant/rules/{name}.py" for name in RULES.findall((ROOT / file).read_text())}
