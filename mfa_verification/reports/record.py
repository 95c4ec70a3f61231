"""The record of a scenario and of a run, of which `verdict.json` and all reports are made; and each cause in words."""

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
    """One line of Gherkin, and what it came to."""

    keyword: str
    text: str
    verdict: Verdict = Verdict.NOT_RUN
    seconds: float = 0.0
    table: list[list[str]] | None = None


@dataclass
class Observation:
    """Something that was met and is not judged."""

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
    """What its sign-ins stopped at, where it did not conform: files beside `verdict.json`."""
    traces: list[str] = field(default_factory=list)
    """How they came there, for Playwright's viewer."""
    warnings: list[str] = field(default_factory=list)
    created: int = 0
    """How many users were made for it."""
    removed: int = 0
    repeated: list[str] = field(default_factory=list)
    """Requests that were sent again, and why."""

    @property
    def which(self) -> str:
        """Say what tells its row of an outline from the others; empty where it is no row."""
        return ", ".join((self.row or {}).values())

    def conclude(self, verdict: Verdict, cause: Cause | None, message: str | None) -> None:
        """Take a verdict; the first that is not "conforms" stays, whatever follows."""
        if self.verdict in (Verdict.NOT_RUN, Verdict.CONFORMS):
            self.verdict, self.cause, self.message = verdict, cause, message

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ScenarioRecord:
        """Take it back from JSON data, as workers hand it over."""
        record = cls(**data)
        record.verdict = Verdict(record.verdict)
        record.cause = Cause(record.cause) if record.cause else None
        record.steps = [StepRecord(**{**step, "verdict": Verdict(step["verdict"])}) for step in data["steps"]]
        record.observations = [Observation(**observation) for observation in data["observations"]]
        return record


@dataclass
class RequirementRecord:
    """One requirement that the run was about."""

    id: str
    title: str
    priority: str


@dataclass
class SettingRecord:
    """One setting of the tenant, as it was before the first scenario."""

    requirement: str
    setting: str
    application: str | None
    problem: str | None
    is_red: bool
    """Whether the tenant is wrong; a problem that is not red is a reading that failed."""
    is_must: bool
    """Whether everything stands on it: then it is red whatever was selected, else where it was selected."""


@dataclass
class UsersRecord:
    """How many users a run made, and what became of them."""

    created: int = 0
    removed: int = 0
    left: int = 0


@dataclass
class RunRecord:
    """One run: interrupted until it says otherwise, so that yesterday's green never stays."""

    domain: str | None = None
    tenant: str | None = None
    """What was named: `local`, a name, or the path of an env file."""
    is_local: bool = False
    started_at: str = ""
    seconds: float = 0.0
    verdict: Verdict = Verdict.INTERRUPTED
    message: str | None = None
    """Why the run ended before its scenarios, where it did."""
    terms: Terms = field(default_factory=Terms)
    tolerated: bool = False
    """Something was not decided, and by `--inconclusive=warn` that is no failure."""
    complete: bool = False
    """Everything that there is was selected and has its end."""
    undecided: list[str] = field(default_factory=list)
    """The applicable `must` requirements that were not decided with all of their rows."""
    requirements_decided: int = 0
    requirements_known: int = 0
    configuration: list[SettingRecord] = field(default_factory=list)
    users: UsersRecord = field(default_factory=UsersRecord)
    notes: list[str] = field(default_factory=list)
    """What preflight found worth knowing."""
    requirements: list[RequirementRecord] = field(default_factory=list)
    scenarios: list[ScenarioRecord] = field(default_factory=list)

    def finish(self) -> None:
        """Take the verdict that the scenarios amount to, by the terms of the run."""
        self.verdict = run_verdict([scenario.verdict for scenario in self.scenarios], self.terms)
        red = [reading for reading in self.configuration if reading.is_red and reading.is_must]
        if red and self.verdict not in (Verdict.NONCONFORMING, Verdict.NOTHING_COLLECTED):
            # One wrong setting is one red line, whether its `must` requirement was selected or not.
            self.stop(Verdict.NONCONFORMING, f"{red[0].requirement}: {red[0].problem}")
            return
        self.tolerated = self.verdict is Verdict.INCONCLUSIVE and self.terms.inconclusive == "warn" and self.decided > 0
        may_pass = self.verdict is Verdict.CONFORMS or self.tolerated
        if may_pass and self.terms.gate and self.undecided:
            self.tolerated = False
            self.stop(Verdict.INCONCLUSIVE, f"--gate: not decided: {', '.join(self.undecided)}")

    def stop(self, verdict: Verdict, message: str) -> None:
        """End before the scenarios: a mistake in the settings, or trouble."""
        self.verdict, self.message = verdict, message

    @property
    def exit_code(self) -> int:
        """The process's exit code."""
        return 0 if self.tolerated else EXIT_CODES[self.verdict]

    @property
    def decided(self) -> int:
        """How many scenarios were decided."""
        return sum(scenario.verdict in DECIDED for scenario in self.scenarios)

    def as_json(self) -> dict[str, Any]:
        """Return `verdict.json`'s content."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "exit_code": self.exit_code}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cause: the verdict that it stands for, and three sentences."""

    verdict: Verdict
    means: str
    do: str
    look: str
    """Where in the dashboard, in its own words; or that there is nothing to see there."""


def _read() -> dict[Cause, Explanation]:
    """Read the file; a word that is no verdict or no cause is an error of ours."""
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
    Verdict.INCONCLUSIVE: "Inconclusive: nothing was learnt",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NOT_RUN: "Not run",
    Verdict.SUITE_ERROR: "The suite's own",
}


def page() -> str:
    """Return docs/causes.md."""
    lines = [
        "# Causes",
        "",
        "Why a scenario came to its verdict: one word out of this list, in the terminal, in every report and in",
        "`verdict.json`. This page is made of `mfa_verification/reports/causes.toml` by `make catalogue`.",
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
