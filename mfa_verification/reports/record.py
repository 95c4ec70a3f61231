"""The records of scenarios and runs, from which `verdict.json` and all reports are made; and the explained causes."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mfa_verification.core.verdict import DECIDED, EXIT_CODES, Cause, Terms, Verdict, run_verdict

SCHEMA_VERSION = 2


@dataclass
class StepRecord:
    """One step and its verdict."""

    keyword: str
    text: str
    verdict: Verdict = Verdict.NOT_RUN
    seconds: float = 0.0
    table: list[list[str]] | None = None


@dataclass
class Observation:
    """A fact that was observed but not judged."""

    id: str
    text: str


@dataclass
class ScenarioRecord:
    """One scenario, or one row of an outline."""

    id: str
    name: str
    feature: str
    application: str | None
    row: dict[str, str] | None
    requirements: list[str]
    priority: str
    verdict: Verdict = Verdict.NOT_RUN
    cause: Cause | None = None
    message: str | None = None
    seconds: float = 0.0
    sms_messages: int = 0
    """How many SMS messages it made the tenant send."""
    steps: list[StepRecord] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    """Pictures of pages at which its sign-ins stopped, if it did not conform: files beside `verdict.json`."""
    traces: list[str] = field(default_factory=list)
    """The traces of these sign-ins, for Playwright's viewer."""
    warnings: list[str] = field(default_factory=list)
    created: int = 0
    """How many users were created."""
    removed: int = 0
    repeated: list[str] = field(default_factory=list)
    """Requests that were repeated, and why."""

    @property
    def which(self) -> str:
        """Return the values of its row; empty for a scenario without rows."""
        return ", ".join((self.row or {}).values())

    def conclude(self, verdict: Verdict, cause: Cause | None, message: str | None) -> None:
        """Set the verdict; the first one other than "conforms" stays."""
        if self.verdict in (Verdict.NOT_RUN, Verdict.CONFORMS):
            self.verdict, self.cause, self.message = verdict, cause, message

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ScenarioRecord:
        """Return the record from JSON data, as workers send it."""
        record = cls(**data)
        record.verdict = Verdict(record.verdict)
        record.cause = Cause(record.cause) if record.cause else None
        record.steps = [StepRecord(**{**step, "verdict": Verdict(step["verdict"])}) for step in data["steps"]]
        record.observations = [Observation(**observation) for observation in data["observations"]]
        return record


@dataclass
class RequirementRecord:
    """One requirement of the run."""

    id: str
    title: str
    priority: str


@dataclass
class SettingRecord:
    """The check of one setting before the first scenario."""

    requirement: str
    setting: str
    application: str | None
    problem: str | None
    is_red: bool
    """Whether the tenant is wrong; otherwise a problem means that the setting could not be read."""
    is_must: bool
    """Whether the requirement is a `must`: then a wrong setting makes the run nonconforming, whatever was selected."""


@dataclass
class UsersRecord:
    """How many users a run created, removed and left."""

    created: int = 0
    removed: int = 0
    left: int = 0


@dataclass
class RunRecord:
    """One run; its verdict is "interrupted" until it ends, so that no former verdict remains."""

    domain: str | None = None
    tenant: str | None = None
    """What was selected: `local`, a tenant name, or the path of an env file."""
    is_local: bool = False
    started_at: str = ""
    seconds: float = 0.0
    verdict: Verdict = Verdict.INTERRUPTED
    message: str | None = None
    """Why the run ended before its scenarios, if it did."""
    terms: Terms = field(default_factory=Terms)
    tolerated: bool = False
    """Something is undecided, but `--inconclusive=warn` makes the exit code 0."""
    complete: bool = False
    """All scenarios were selected and have a verdict."""
    undecided: list[str] = field(default_factory=list)
    """The applicable `must` requirements that are not decided in all rows."""
    requirements_decided: int = 0
    requirements_known: int = 0
    configuration: list[SettingRecord] = field(default_factory=list)
    users: UsersRecord = field(default_factory=UsersRecord)
    notes: list[str] = field(default_factory=list)
    """Notes of the preflight."""
    requirements: list[RequirementRecord] = field(default_factory=list)
    scenarios: list[ScenarioRecord] = field(default_factory=list)

    def finish(self) -> None:
        """Set the run's verdict from those of its scenarios and the options."""
        self.verdict = run_verdict([scenario.verdict for scenario in self.scenarios], self.terms)
        red = [reading for reading in self.configuration if reading.is_red and reading.is_must]
        if red and self.verdict not in (Verdict.NONCONFORMING, Verdict.NOTHING_COLLECTED):
            # A wrong setting of a `must` requirement makes the run nonconforming, whether it was selected or not.
            self.stop(Verdict.NONCONFORMING, f"{red[0].requirement}: {red[0].problem}")
            return
        self.tolerated = self.verdict is Verdict.INCONCLUSIVE and self.terms.inconclusive == "warn" and self.decided > 0
        may_pass = self.verdict is Verdict.CONFORMS or self.tolerated
        if may_pass and self.terms.gate and self.undecided:
            self.tolerated = False
            self.stop(Verdict.INCONCLUSIVE, f"--gate: not decided: {', '.join(self.undecided)}")

    def stop(self, verdict: Verdict, message: str) -> None:
        """End the run before its scenarios, for a mistake or an outage."""
        self.verdict, self.message = verdict, message

    @property
    def exit_code(self) -> int:
        """Return the process's exit code."""
        return 0 if self.tolerated else EXIT_CODES[self.verdict]

    @property
    def decided(self) -> int:
        """Return how many scenarios were decided."""
        return sum(scenario.verdict in DECIDED for scenario in self.scenarios)

    def as_json(self) -> dict[str, Any]:
        """Return the contents of `verdict.json`."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "exit_code": self.exit_code}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a cause, and its verdict."""

    verdict: Verdict
    means: str
    do: str
    look: str
    """Where to look in the dashboard, in its own words, if anywhere."""


def _read() -> dict[Cause, Explanation]:
    """Read causes.toml; an unknown verdict or cause raises ValueError."""
    tables = tomllib.loads(Path(__file__).with_name("causes.toml").read_text())
    return {
        Cause(cause): Explanation(Verdict(verdict), **said)
        for verdict, causes in tables.items()
        for cause, said in causes.items()
    }


EXPLAINED = _read()
_HEAD = "| cause | what it means | what to do | where to look |"
_HEADINGS = {
    Verdict.NONCONFORMING: "Nonconforming: the tenant is wrong",
    Verdict.INCONCLUSIVE: "Inconclusive: nothing was learned",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NOT_RUN: "Not run",
    Verdict.SUITE_ERROR: "Suite error",
}


def page() -> str:
    """Return the contents of docs/causes.md."""
    lines = [
        "# Causes",
        "",
        "The cause of a verdict is one of these words, in the terminal, in every report and in `verdict.json`.",
        "`make catalogue` generates this page from `mfa_verification/reports/causes.toml`.",
    ]
    for verdict, heading in _HEADINGS.items():
        lines += ["", f"## {heading}", "", _HEAD, "|---|---|---|---|"]
        lines += [
            f"| `{cause}` | {said.means} | {said.do} | {said.look} |"
            for cause, said in EXPLAINED.items()
            if said.verdict is verdict
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
