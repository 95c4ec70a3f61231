"""The summary in Markdown, for the page of a build: the verdict, and what to do about it."""

from __future__ import annotations

from mfa_verification.core.verdict import Verdict
from mfa_verification.reports.sentence import LOCAL_NOTE, completeness, counts, verdict_sentence
from mfa_verification.verdict.explained import EXPLAINED
from mfa_verification.verdict.record import RunRecord, ScenarioRecord

MOST = 100
"""Build servers cut a long summary off, or drop it."""
_HEAD = "| verdict | requirement | scenario | cause | what was met | what to do |"
_QUIET = (Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def summary(run: RunRecord) -> str:
    """Return `summary.md`."""
    lines = [f"## {_cell(verdict_sentence(run))}", ""]
    if run.is_local:
        lines += [f"*{LOCAL_NOTE.capitalize()}.*", ""]
    lines += [f"{counts(run).capitalize()}; {completeness(run)}; exit code {run.exit_code}.", ""]
    if run.people.created:
        lines += [f"People: created {run.people.created}, removed {run.people.removed}, left {run.people.left}.", ""]
    lines += [f"- **{one.requirement}**: {_cell(one.problem)}" for one in run.configuration if one.problem]
    lines += [f"- note: {_cell(note)}" for note in run.notes]
    loud = [scenario for scenario in run.scenarios if scenario.verdict not in _QUIET]
    if loud:
        lines += [
            "",
            "| verdict | requirement | scenario | cause | what was met | what to do |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(scenario) for scenario in loud[:MOST]]
        lines += [f"\n… and {len(loud) - MOST} more: see index.html."] if len(loud) > MOST else []
    return "\n".join(lines).rstrip() + "\n"


def _row(scenario: ScenarioRecord) -> str:
    said = EXPLAINED[scenario.cause] if scenario.cause else None
    cells = [
        scenario.verdict,
        ", ".join(scenario.requirements),
        f"{scenario.name}{f' ({scenario.which})' if scenario.which else ''}",
        scenario.cause or "",
        scenario.message or "",
        f"{said.do} Look at: {said.look}." if said else "",
    ]
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str | None) -> str:
    """Nothing in a message may end the cell, or be read as markup."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text or "")
    plain = " ".join(plain.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "'")[:500]
