"""Runs of the suite as a user starts them: a process, its output, its reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TESTS_ALONE = ("anyio", "hypothesispytest", "pytest_httpserver", "random_order")
"""Plugins that only our own tests install: a user's pytest does not load them, and a start is a sixth faster."""
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *(f"-pno:{name}" for name in TESTS_ALONE)]
BY_HTTP = ("--sign-in", "http")
"""For runs that are not about a browser: one takes seconds to start, and shows nothing more."""


@dataclass(frozen=True)
class Run:
    """What a run left."""

    code: int
    output: str
    reports: Path

    @property
    def verdict(self) -> dict[str, Any]:
        """`verdict.json`."""
        content: dict[str, Any] = json.loads((self.reports / "verdict.json").read_text())
        return content

    @property
    def scenarios(self) -> list[dict[str, Any]]:
        """The scenarios of `verdict.json`."""
        scenarios: list[dict[str, Any]] = self.verdict["scenarios"]
        return scenarios

    @property
    def verdicts(self) -> dict[str, str]:
        """Each scenario's verdict, by its id."""
        return {scenario["id"]: scenario["verdict"] for scenario in self.scenarios}


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without any tenant's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AUTH0_", "TENANT_", "PHONE_"))}
    return own | more


def verify(*arguments: str | Path, reports: Path, cwd: Path = ROOT, **settings: str) -> Run:
    """Run `pytest ARGUMENTS --reports REPORTS`, with `settings` in its environment; one that hangs is killed."""
    command = [*PYTEST, *map(str, arguments), "--reports", str(reports)]
    done = subprocess.run(
        command, cwd=cwd, env=environment(**settings), text=True, capture_output=True, check=False, timeout=1800
    )
    return Run(done.returncode, done.stdout + done.stderr, reports)
