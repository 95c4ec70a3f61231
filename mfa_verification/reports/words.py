"""The verdict in words, for terminal, report page and build summary."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.reports.record import EXPLAINED, RunRecord, ScenarioRecord

LOCAL_NOTE = "local tenant: says nothing about a real one"
PREREQUISITES = (
    "settings, allow-list, hosts, certificates",
    "credentials and scopes of the management application",
    "marker of the tenant, connection and its users",
    "clock",
    "applications under test",
    "phone provider",
)
_ENDED_EARLY = {
    Verdict.INTERRUPTED: "was interrupted",
    Verdict.USAGE: "was not verified",
    Verdict.NOTHING_COLLECTED: "was not verified: no scenario was selected",
}
_IN_WORDS = {
    Verdict.CONFORMS: "conforms",
    Verdict.NONCONFORMING: "does not conform",
    Verdict.SUITE_ERROR: "could not be judged: an error in the suite",
    Verdict.INCONCLUSIVE: "could not be judged: nothing failed, but something is undecided",
}
_COUNTED = {
    Verdict.CONFORMS: ("conforms", "conform"),
    Verdict.NONCONFORMING: ("does not conform", "do not conform"),
    Verdict.INCONCLUSIVE: ("is inconclusive", "are inconclusive"),
    Verdict.NOT_APPLICABLE: ("is not applicable", "are not applicable"),
    Verdict.NOT_RUN: ("did not run", "did not run"),
    Verdict.SUITE_ERROR: ("is a suite error", "are suite errors"),
}

MOST = 100
"""Build servers truncate or drop a long summary."""
_HEAD = "| verdict | requirement | scenario | cause | message | what to do |"
_NOT_LISTED = (Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def verdict_sentence(run: RunRecord) -> str:
    """Return the verdict in one sentence with the domain."""
    domain = run.domain or "The tenant"
    if run.verdict in _ENDED_EARLY:
        return f"{domain} {_ENDED_EARLY[run.verdict]}{f': {run.message}' if run.message else ''}."
    if run.tolerated:
        return f"{domain} conforms in all that was decided; something is undecided (--inconclusive=warn)."
    because = f" ({run.message})" if run.message else ""
    return f"{domain} {_IN_WORDS[run.verdict]}{because}."


def counts(run: RunRecord) -> str:
    """Return how many scenarios have each verdict: "22 conform, 1 does not conform"."""
    found = Counter(scenario.verdict for scenario in run.scenarios)
    parts = [f"{found[one]} {words[found[one] > 1]}" for one, words in _COUNTED.items() if found[one]]
    noun = "scenario" if len(run.scenarios) == 1 else "scenarios"
    return f"of {len(run.scenarios)} {noun} {', '.join(parts)}" if parts else "no scenario ran"


def completeness(run: RunRecord) -> str:
    """Return whether everything was selected, and how many requirements were decided in all rows."""
    how_many = "all" if run.requirements_decided == run.requirements_known else f"{run.requirements_decided} of"
    return f"{'complete' if run.complete else 'partial'}: {how_many} {run.requirements_known} requirements"


def closing_lines(run: RunRecord, page: Path) -> list[str]:
    """Return the run's last lines in the terminal: warnings, counts, report and verdict."""
    lines = [f"note: {note}" for note in run.notes]
    lines += [f"warning: {warning}" for scenario in run.scenarios for warning in scenario.warnings]
    lines += [
        f"{scenario.verdict}, {scenario.cause}: {scenario.id}"
        for scenario in run.scenarios
        if scenario.cause in (Cause.LOST, Cause.USER_NOT_REMOVED)
    ]
    lines += [f"{one.requirement}: {one.problem}" for one in run.configuration if one.problem]
    if run.scenarios:
        messages = sum(scenario.sms_messages for scenario in run.scenarios)
        lines.append(f"{counts(run)}; {completeness(run)}; {messages} SMS messages; {run.seconds:.0f} s")
    if run.users.created:
        users = run.users
        lines.append(f"users: created {users.created}, removed {users.removed}, left {users.left}")
    if repeated := sum(len(scenario.repeated) for scenario in run.scenarios):
        lines.append(f"{repeated} requests were repeated after a rate limit or a lost connection (see the report)")
    lines.append(f"report: {_short(page)}")
    lines.append(verdict_sentence(run) + (f" ({LOCAL_NOTE})" if run.is_local else ""))
    return lines


def preflight_table(run: RunRecord, *, browser: bool) -> list[str]:
    """Return what `pytest --preflight` prints: checks that passed, and the tenant's settings.

    `browser`: all sign-ins use the browser; otherwise only scenarios with the tag @browser.
    """
    lines = [f"{'ok':12}{what}" for what in PREREQUISITES]
    lines.append(f"{'ok':12}browser" if browser else f"{'not needed':12}browser, except for scenarios tagged @browser")
    for one in run.configuration:
        word = "ok" if one.problem is None else "wrong" if one.is_red else "not read"
        whose = f" ({one.application})" if one.application else ""
        lines.append(f"{word:12}{one.requirement} {one.setting}{whose}{f': {one.problem}' if one.problem else ''}")
    return [*lines, *(f"note        {note}" for note in run.notes)]


def _short(page: Path) -> str:
    """Return the path relative to the current folder, if it is below it."""
    try:
        return str(page.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(page)


def summary(run: RunRecord) -> str:
    """Return `summary.md`: the verdict and what to do."""
    lines = [f"## {_table_cell(verdict_sentence(run))}", ""]
    if run.is_local:
        lines += [f"*{LOCAL_NOTE.capitalize()}.*", ""]
    lines += [f"{counts(run).capitalize()}; {completeness(run)}; exit code {run.exit_code}.", ""]
    if run.users.created:
        lines += [f"Users: created {run.users.created}, removed {run.users.removed}, left {run.users.left}.", ""]
    lines += [f"- **{one.requirement}**: {_table_cell(one.problem)}" for one in run.configuration if one.problem]
    lines += [f"- note: {_table_cell(note)}" for note in run.notes]
    listed = [scenario for scenario in run.scenarios if scenario.verdict not in _NOT_LISTED]
    if listed:
        lines += [
            "",
            _HEAD,
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(scenario) for scenario in listed[:MOST]]
        lines += [f"\n… and {len(listed) - MOST} more: see index.html."] if len(listed) > MOST else []
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
    return f"| {' | '.join(map(_table_cell, cells))} |"


def _table_cell(text: str | None) -> str:
    """Return text that can stand in a table cell and is not read as markup."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text or "")
    plain = " ".join(plain.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "'")[:500]
