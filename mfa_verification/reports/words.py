"""The verdict in words: the same ones in the terminal, on the page and in the summary of a build."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mfa_verification.core.verdict import Cause, Verdict
from mfa_verification.reports.record import EXPLAINED, RunRecord, ScenarioRecord

LOCAL_NOTE = "local tenant: says nothing about a real one"
OUR_HALF = (
    "settings, allow-list, host, certificate",
    "credentials and scopes of the management application",
    "the tenant's marker, its connection and who is in it",
    "clock",
    "applications under test",
    "phone reader",
)
_ENDED_EARLY = {
    Verdict.INTERRUPTED: "was interrupted",
    Verdict.USAGE: "was not verified",
    Verdict.NOTHING_COLLECTED: "was not verified: no scenario was selected",
}
_IN_WORDS = {
    Verdict.CONFORMS: "conforms",
    Verdict.NONCONFORMING: "does not conform",
    Verdict.SUITE_ERROR: "could not be judged: the suite itself broke",
    Verdict.INCONCLUSIVE: "could not be judged: nothing failed, but something was not decided",
}
_COUNTED = {
    Verdict.CONFORMS: ("conforms", "conform"),
    Verdict.NONCONFORMING: ("does not conform", "do not conform"),
    Verdict.INCONCLUSIVE: ("is inconclusive", "are inconclusive"),
    Verdict.NOT_APPLICABLE: ("is not applicable", "are not applicable"),
    Verdict.NOT_RUN: ("did not run", "did not run"),
    Verdict.SUITE_ERROR: ("broke", "broke"),
}

MOST = 100
"""Build servers cut a long summary off, or drop it."""
_HEAD = "| verdict | requirement | scenario | cause | what was met | what to do |"
_QUIET = (Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def verdict_sentence(run: RunRecord) -> str:
    """Return the verdict in one sentence, with the domain in it."""
    domain = run.domain or "The tenant"
    if run.verdict in _ENDED_EARLY:
        return f"{domain} {_ENDED_EARLY[run.verdict]}{f': {run.message}' if run.message else ''}."
    if run.tolerated:
        return f"{domain} conforms in what was decided; not everything was (--inconclusive=warn)."
    because = f" ({run.message})" if run.message else ""
    return f"{domain} {_IN_WORDS[run.verdict]}{because}."


def counts(run: RunRecord) -> str:
    """Return how many scenarios came to what: "22 conform, 1 does not conform"."""
    found = Counter(scenario.verdict for scenario in run.scenarios)
    parts = [f"{found[one]} {words[found[one] > 1]}" for one, words in _COUNTED.items() if found[one]]
    noun = "scenario" if len(run.scenarios) == 1 else "scenarios"
    return f"of {len(run.scenarios)} {noun} {', '.join(parts)}" if parts else "no scenario ran"


def completeness(run: RunRecord) -> str:
    """Return whether everything was selected, and how many requirements were decided with all of their rows."""
    how_many = "all" if run.requirements_decided == run.requirements_known else f"{run.requirements_decided} of"
    return f"{'complete' if run.complete else 'partial'}: {how_many} {run.requirements_known} requirements"


def closing_lines(run: RunRecord, page: Path) -> list[str]:
    """Return the run's last lines: what was met, where the report is, and the verdict."""
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
        lines.append(f"{repeated} requests were sent again after a limit or a lost connection (see the report)")
    lines.append(f"report: {_short(page)}")
    lines.append(verdict_sentence(run) + (f" ({LOCAL_NOTE})" if run.is_local else ""))
    return lines


def preflight_table(run: RunRecord, *, browser: bool) -> list[str]:
    """Return what `pytest --preflight` prints: our half, which is well by then, and the tenant's.

    `browser`: whether everybody signs in with one; otherwise it is started where a scenario of the run is about it.
    """
    lines = [f"{'ok':12}{what}" for what in OUR_HALF]
    lines.append(f"{'ok':12}browser" if browser else f"{'not needed':12}browser, but for scenarios that carry @browser")
    for one in run.configuration:
        word = "ok" if one.problem is None else "wrong" if one.is_red else "not read"
        whose = f" ({one.application})" if one.application else ""
        lines.append(f"{word:12}{one.requirement} {one.setting}{whose}{f': {one.problem}' if one.problem else ''}")
    return [*lines, *(f"note        {note}" for note in run.notes)]


def _short(page: Path) -> str:
    """The path from here, where it is below here."""
    try:
        return str(page.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(page)


def summary(run: RunRecord) -> str:
    """Return `summary.md`: the verdict, and what to do about it."""
    lines = [f"## {_cell(verdict_sentence(run))}", ""]
    if run.is_local:
        lines += [f"*{LOCAL_NOTE.capitalize()}.*", ""]
    lines += [f"{counts(run).capitalize()}; {completeness(run)}; exit code {run.exit_code}.", ""]
    if run.users.created:
        lines += [f"Users: created {run.users.created}, removed {run.users.removed}, left {run.users.left}.", ""]
    lines += [f"- **{one.requirement}**: {_cell(one.problem)}" for one in run.configuration if one.problem]
    lines += [f"- note: {_cell(note)}" for note in run.notes]
    loud = [scenario for scenario in run.scenarios if scenario.verdict not in _QUIET]
    if loud:
        lines += [
            "",
            _HEAD,
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
