"""Ends a run: cleans up, gives each selected row a verdict, and publishes the reports."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixtures.context import INTERRUPTED, uninterrupted
from mfa_verification.core.verdict import DECIDED, Cause, Terms, Verdict
from mfa_verification.guard.tenant_lock import RunLock
from mfa_verification.reports.publish import publish
from mfa_verification.reports.record import RequirementRecord, RunRecord, ScenarioRecord
from mfa_verification.settings.local import LocalTenant
from plugins.catalogue import Catalogue
from plugins.collect_features import PROBLEMS, catalogue_of
from plugins.options import UNKNOWN, now_in_words

if TYPE_CHECKING:
    from mfa_verification.login.browser import LoginBrowser


@dataclass
class OpenRun:
    """A run in progress, and the resources to release at its end."""

    config: pytest.Config
    reports: Path
    terms: Terms
    browser: LoginBrowser | None = None
    local: LocalTenant | None = None
    lock: RunLock | None = None
    interrupted: bool = False
    began: float = field(default_factory=time.monotonic)
    record: RunRecord = field(init=False)

    def __post_init__(self) -> None:
        """Create the run's record."""
        self.record = RunRecord(started_at=now_in_words(), terms=self.terms)

    @property
    def by_http(self) -> bool:
        """Return whether test users sign in over HTTP where the browser is not the subject."""
        return bool(self.config.option.sign_in == "http")

    def say(self, line: str) -> None:
        """Print a line at once, and keep it as a note."""
        self.record.notes.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def end_early(self, verdict: Verdict, message: str) -> None:
        """End the run before its first scenario."""
        self.close()
        self.record.stop(verdict, message)
        publish(self.reports, self.record)

    def close(self) -> None:
        """Release all resources; a second call has no effect."""
        self._let_go()
        self.record.seconds = round(time.monotonic() - self.began, 2)
        if self.browser is not None:
            self.browser.close()
        if self.local is not None:
            self.local.stop()

    def _let_go(self) -> None:
        """Release the tenant lock, and remove test users that lost scenarios left."""
        scenarios, users = self.record.scenarios, self.record.users
        users.created = sum(scenario.created for scenario in scenarios)
        users.removed = sum(scenario.removed for scenario in scenarios)
        if self.lock is not None:
            lock, self.lock = self.lock, None
            left = users.created > users.removed
            if left and self.interrupted:
                # A second Ctrl-C: stop at once. The lock keeps the addresses for the next run.
                lock.abandon()
                self.record.notes.append("stopped at once: the next run removes the users that are left")
            else:
                lost = any(scenario.cause is Cause.LOST for scenario in scenarios)
                unreported = self.interrupted and bool(self.config.option.numprocesses)
                with uninterrupted():
                    removed, error = lock.release(sweeps=left or lost or unreported)
                users.removed += removed
                users.created = max(users.created, users.removed)
                self.record.notes += [error] if error else []
        users.left = users.created - users.removed


def conclude(run: OpenRun, session: pytest.Session, selected: list[ScenarioRecord], *, failed_fast: bool) -> None:
    """Set the run's verdict: first from how pytest ended, then from the scenarios. `failed_fast`: `-x` ended it."""
    record, ended_early = run.record, session.exitstatus == pytest.ExitCode.INTERRUPTED and not failed_fast
    run.interrupted = ended_early or INTERRUPTED.is_set()
    add_missing_scenarios(record, selected, stopped=run.interrupted or failed_fast or bool(session.shouldfail))
    count(record, catalogue_of(run.config))
    lost = run.lock is not None and run.lock.is_lost
    match session.exitstatus:
        case _ if run.interrupted:
            record.stop(Verdict.INTERRUPTED, "interrupted before the end")
        case pytest.ExitCode.INTERNAL_ERROR:
            record.stop(Verdict.SUITE_ERROR, "an internal error of pytest: see its output above")
        case pytest.ExitCode.USAGE_ERROR:
            record.stop(Verdict.USAGE, (run.config.stash[PROBLEMS] or [UNKNOWN])[0])
        case _ if lost:
            taken = "another run took over the tenant lock meanwhile, and may have changed the tenant"
            record.stop(Verdict.INCONCLUSIVE, f"{Cause.LOCK_HELD}: {taken}")
        case _:
            record.finish()


def add_missing_scenarios(record: RunRecord, selected: Iterable[ScenarioRecord], *, stopped: bool) -> None:
    """Add records for missing scenarios and mark repeated ones; `stopped`: the run ended before its end."""
    ended = Counter(scenario.id for scenario in record.scenarios)
    for one in selected:
        if ended[one.id] == 0:
            if stopped:
                one.conclude(Verdict.NOT_RUN, Cause.INTERRUPTED, None)
            else:
                one.conclude(Verdict.SUITE_ERROR, Cause.LOST, "it was selected but has no result")
            record.scenarios.append(one)
    for scenario in record.scenarios:
        if ended[scenario.id] > 1:
            scenario.conclude(Verdict.SUITE_ERROR, Cause.SUITE_ERROR, f"it ended {ended[scenario.id]} times")


def count(record: RunRecord, catalogue: Catalogue) -> None:
    """Count the requirements decided in all rows, and list the undecided `must` ones."""
    rows, requirements = catalogue.rows, catalogue.requirements
    known = Counter(id_ for row in rows for id_ in row.requirements)
    ran = [scenario for scenario in record.scenarios if scenario.verdict is not Verdict.NOT_RUN]
    shown = [scenario for scenario in record.scenarios if scenario.cause is not Cause.INTERRUPTED]
    selected = _requirements_of(shown)
    decided = _requirements_of(scenario for scenario in ran if scenario.verdict in DECIDED)
    settled = decided + _requirements_of(one for one in ran if one.verdict is Verdict.NOT_APPLICABLE)
    record.undecided = sorted(
        id_ for id_, rows_of_it in known.items() if requirements[id_].priority == "must" and settled[id_] < rows_of_it
    )
    record.requirements_known = len(known)
    record.requirements_decided = sum(decided[id_] == rows_of_it for id_, rows_of_it in known.items())
    record.requirements = [
        RequirementRecord(id_, requirements[id_].title, requirements[id_].priority) for id_ in sorted(selected)
    ]
    record.complete = len(ran) == len(rows)


def _requirements_of(scenarios: Iterable[ScenarioRecord]) -> Counter[str]:
    return Counter(id_ for scenario in scenarios for id_ in scenario.requirements)
