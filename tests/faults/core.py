"""Fifteen rows that run under every fault: what a fault is not declared to turn red stays as it is."""

from __future__ import annotations

import tomllib
from pathlib import Path

from plugins.catalogue import Catalogue, Row
from tests.running import ROOT

APPLICATION = "single-page application"
CORE = (
    "MFA-CFG-001", "MFA-CFG-005", "MFA-CFG-006", "MFA-ENR-002", "MFA-ENR-007", "MFA-ENR-010", "MFA-TOK-001",
    "MFA-TOK-002", "MFA-TOK-005", "MFA-TOK-006", "MFA-CNF-003", "MFA-CNF-004", "MFA-BYP-006", "MFA-BYP-008",
    "MFA-BYP-009",
)  # fmt: skip
"""One row each, cheap, over HTTP: settings, both factors, tokens, wrong codes, what the password opens."""
REACH: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("reach.toml").read_text())
"""What else of the core a fault turns red."""
ROWS = Catalogue.of(ROOT / "features").rows


def rows_of(requirements: set[str]) -> list[str]:
    """Return the rows to run for these requirements: one application's, where that one shows them, and the core."""
    chosen = []
    for id_ in sorted(requirements | set(CORE)):
        own = [row for row in ROWS if id_ in row.requirements]
        fitting = [row for row in own if _fits(row)] or own
        chosen += [row.node_id(ROOT) for row in fitting]
    return list(dict.fromkeys(chosen))


def _fits(row: Row) -> bool:
    return row.example.get("application") == APPLICATION
