"""The record of a scenario and of a run: what `verdict.json` holds, and all reports are made from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from mfa_verification.verdict.cause import Cause
from mfa_verification.verdict.verdict import DECIDED, EXIT_CODES, Verdict, of_run

SCHEMA_VERSION = 1


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
    texts: int = 0
    """How many texts it made the tenant send."""
    steps: list[StepRecord] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

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
    complete: bool = False
    requirements_decided: int = 0
    requirements_known: int = 0
    requirements: list[RequirementRecord] = field(default_factory=list)
    scenarios: list[ScenarioRecord] = field(default_factory=list)

    def finish(self) -> None:
        """Take the verdict that the scenarios amount to."""
        self.verdict = of_run([scenario.verdict for scenario in self.scenarios])

    def stop(self, verdict: Verdict, message: str) -> None:
        """End before the scenarios: a mistake in the settings, or trouble."""
        self.verdict, self.message = verdict, message

    @property
    def exit_code(self) -> int:
        """The process's exit code."""
        return EXIT_CODES[self.verdict]

    @property
    def decided(self) -> int:
        """How many scenarios were decided."""
        return sum(scenario.verdict in DECIDED for scenario in self.scenarios)

    def as_json(self) -> dict[str, Any]:
        """Return `verdict.json`'s content."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "exit_code": self.exit_code}
