"""Run the suite in a process, as a user starts it, and read its reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TEST_PLUGINS = ("anyio", "hypothesispytest", "pytest_httpserver", "random_order")
"""Pytest plugins that only the project's own tests need; without them a run starts a sixth faster."""
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *(f"-pno:{name}" for name in TEST_PLUGINS)]
BY_HTTP = ("--sign-in", "http")
"""Options of runs that are not about a browser, which takes seconds to start."""


@dataclass(frozen=True)
class Run:
    """The exit code, output and reports of a run."""

    code: int
    output: str
    reports: Path

    @property
    def verdict(self) -> dict[str, Any]:
        """The content of `verdict.json`."""
        content: dict[str, Any] = json.loads((self.reports / "verdict.json").read_text())
        return content

    @property
    def scenarios(self) -> list[dict[str, Any]]:
        """The scenarios in `verdict.json`."""
        scenarios: list[dict[str, Any]] = self.verdict["scenarios"]
        return scenarios

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each scenario, by its id."""
        return {scenario["id"]: scenario["verdict"] for scenario in self.scenarios}


def environment(**more: str) -> dict[str, str]:
    """Return the environment of this process without settings of a tenant."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AUTH0_", "TENANT_", "PHONE_"))}
    return own | more


def verify(*arguments: str | Path, reports: Path, cwd: Path = ROOT, **settings: str) -> Run:
    """Run `pytest ARGUMENTS --reports REPORTS` with `settings` in its environment, for at most half an hour."""
    command = [*PYTEST, *map(str, arguments), "--reports", str(reports)]
    done = subprocess.run(
        command, cwd=cwd, env=environment(**settings), text=True, capture_output=True, check=False, timeout=1800
    )
    return Run(done.returncode, done.stdout + done.stderr, reports)


def verify_in(folder: Path, *arguments: str | Path, patch: str = "", way: str = "http", **settings: str) -> Run:
    """Run the suite on the tenant of `FOLDER/tenant.env`, with reports in `FOLDER/reports`.

    `patch` is Python code that each process of the run executes at its start; `way` is how users sign in.
    """
    chosen: list[str | Path] = [*arguments, "--sign-in", way, "--env-file", folder / "tenant.env"]
    if patch:
        (folder / "patch.py").write_text(patch)
        chosen, settings = ["-p", "patch", *chosen], settings | {"PYTHONPATH": str(folder)}
    return verify(*chosen, reports=folder / "reports", cwd=ROOT, **settings)
