"""One run, from the claim of its reports folder to its last line."""

from __future__ import annotations

import secrets
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.context import RUN, RunContext, scenario_of
from fixtures.interrupts import ASKED, finished_first, interrupt
from mfa_verification.configuration.readings import Reading, Readings
from mfa_verification.core.cause import Cause
from mfa_verification.core.outcome import Inconclusive, NotPutBack, TenantFault
from mfa_verification.core.verdict import Terms, Verdict
from mfa_verification.guard.preflight import browser_for, make_ready, read_tenants_half, start_browser
from mfa_verification.guard.tenant_lock import Hold
from mfa_verification.reports import pictures
from mfa_verification.reports.publish import publish
from mfa_verification.reports.sentence import LOCAL_NOTE, closing_lines, preflight_table, verdict_sentence
from mfa_verification.settings.local import LocalTenant, LocalTenantNotStarted
from mfa_verification.settings.profile import ProfileError
from mfa_verification.verdict.record import RunRecord, ScenarioRecord
from plugins import allure
from plugins.catalogue import BROWSER as BROWSER_TAG
from plugins.catalogue import CatalogueError, Requirement, Row, check_controls, record_of, requirements_of, rows_in
from plugins.census import count, take_census
from plugins.collect_features import PROBLEMS, features_folder
from plugins.configuration import records_of
from plugins.options import terms_of, watched
from plugins.refused import JUDGED, now_in_words, refuse
from plugins.source import LOCAL, Source, is_local

if TYPE_CHECKING:
    from mfa_verification.login.browser import LoginBrowser

REFUSED_BY_PYTEST = "pytest refused what was asked of it: its own line says why"
LOOKS = ("help", "markers", "showfixtures", "show_fixtures_per_test", "collectonly", "cacheshow")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Begin a run where features are asked for; `pytest tests` is none of our business.

    It begins before pytest's own session, so that what ends it here is one line and an exit code.
    """
    config.stash[JUDGED] = True
    if any(getattr(config.option, name, None) for name in LOOKS):
        return None
    try:
        verifies = _verifies(config)
        terms = terms_of(config) if verifies else Terms()
    except pytest.UsageError as refused:
        refuse(config, config.option.reports, str(refused))
        raise
    if not verifies:
        return None
    if worker := getattr(config, "workerinput", None):
        _prepare_worker(config, worker)
        return None
    run = ControllingRun(config, terms)
    if config.option.preflight and run.record.message is None:
        return run.say_preflight()
    if run.record.message is None:
        config.pluginmanager.register(run, "mfa-run")
        return None
    sys.stderr.write(f"{run.record.message}\n")
    return run.record.exit_code


class ControllingRun:
    """The controlling process's part; without `-n` that is the only process."""

    def __init__(self, config: pytest.Config, terms: Terms) -> None:
        """Claim the reports, read the settings, start the local tenant if that is meant, and check our own half."""
        self._config = config
        self._began = time.monotonic()
        self._reports: Path = config.invocation_params.dir / config.option.reports
        # A runner that cancels a job sends SIGTERM: people are removed then as well.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupt)
        self._source = Source()
        self._requirements: dict[str, Requirement] = {}
        self._rows: list[Row] = []
        self._local: LocalTenant | None = None
        self._browser: LoginBrowser | None = None
        self._hold: Hold | None = None
        self._collected: list[ScenarioRecord] = []
        self._by_http: bool = config.option.sign_in == "http"
        self._stopped_at_failure = False
        self._interrupted = False
        self.record = RunRecord(started_at=now_in_words(), terms=terms)
        self._claim()
        allure.claim(config, self._reports)
        with self._mistakes_end_the_run():
            self._open()

    @contextmanager
    def _mistakes_end_the_run(self) -> Iterator[None]:
        """What keeps a run from its first scenario ends it: one line, which the record has as its message."""
        try:
            yield
        except (CatalogueError, ProfileError, LocalTenantNotStarted) as mistake:
            self._give_up(Verdict.USAGE, str(mistake))
        except TenantFault as fault:
            self._give_up(Verdict.NONCONFORMING, f"{fault.cause}: {fault}")
        except Inconclusive as trouble:
            self._give_up(Verdict.INCONCLUSIVE, f"{trouble.cause}: {trouble}")
        except NotPutBack as left:
            self._give_up(Verdict.SUITE_ERROR, f"what a run before changed could not be put back: {left}")
        except KeyboardInterrupt:
            self._give_up(Verdict.INTERRUPTED, "interrupted before the first scenario")
        except Exception as error:  # the one place for it: an exit code of 1 would speak of the tenant
            traceback.print_exc()
            self._give_up(Verdict.SUITE_ERROR, f"the suite itself broke: {type(error).__name__}")

    def _open(self) -> None:
        config, record = self._config, self.record
        features = features_folder(config)
        self._requirements = requirements_of(features)
        check_controls(features, self._requirements)
        self._rows = rows_in(features, self._requirements)
        self._source, record.tenant = self._named()
        profile = watched(config, self._source.profile(config.rootpath))
        record.domain, record.is_local = profile.domain, profile.control_url is not None
        changes = config.option.allow_tenant_changes
        if changes and config.option.numprocesses and not profile.control_url:
            raise ProfileError("--allow-tenant-changes and -n: workers would change the tenant under each other's feet")
        self._browser, record.notes = make_ready(profile, config.rootpath, changes=changes)
        if not self._by_http:
            start_browser(self._browser)
        run = f"mfa-{secrets.token_hex(4)}"
        if not config.option.preflight:
            self._hold = Hold(profile, run, self._say)
            self._hold.take(config.option.wait_for_lock)
        readings = read_tenants_half(profile, self._browser)
        record.configuration = records_of(readings, self._requirements)
        lock = self._hold.lease if self._hold else None
        block, owner = (lock.number_block, lock.user_id) if lock else (0, "")
        config.stash[RUN] = RunContext(
            run, profile, self._browser, readings, block, owner, may_change=changes, lock=lock
        )

    def _say(self, line: str) -> None:
        self.record.notes.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def say_preflight(self) -> int:
        """Say what preflight found, and end: nonconforming where a setting of the tenant is wrong."""
        self._close()
        problems = [one for one in self.record.configuration if one.problem]
        red = [one for one in problems if one.is_red and one.is_must]
        unread = [one for one in problems if not one.is_red]
        verdict = Verdict.NONCONFORMING if red else Verdict.INCONCLUSIVE if unread else Verdict.CONFORMS
        self.record.stop(
            verdict, f"preflight alone, {len(problems)} of {len(self.record.configuration)} settings wrong"
        )
        publish(self._reports, self.record)
        table = preflight_table(self.record, browser=not self._by_http)
        for line in [*table, verdict_sentence(self.record)]:
            sys.stdout.write(f"{line}\n")
        return self.record.exit_code

    def _named(self) -> tuple[Source, str]:
        """Return the place that was named; the local tenant is started once, and is an env file from then on."""
        tenant, env_file = self._config.option.tenant, self._config.option.env_file
        if is_local(tenant, env_file):
            self._local = LocalTenant()
            return Source(env_file=str(self._local.env_file), ignores_environment=True), LOCAL
        path = str(self._config.invocation_params.dir / env_file) if env_file else None
        return Source(tenant, path), tenant or str(env_file)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Say first which tenant this is about."""
        note = f" ({LOCAL_NOTE})" if self.record.is_local else ""
        self._config.get_terminal_writer().line(f"verifying {self.record.domain}{note}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run over to a worker: it reads the same settings from the same place."""
        run = self._config.stash[RUN]
        node.workerinput["mfa"] = {
            "source": asdict(self._source),
            "run": run.name,
            "block": run.number_block,
            "owner": run.lock_owner,
            "readings": [reading.as_json() for reading in run.readings.all],
            "allure": self._config.option.allure_report_dir,
        }

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember what was selected: what is selected and lost is not decided."""
        self._collected = [one.record for item in session.items if (one := scenario_of(item)) is not None]
        self._start_browser_for({mark.name for item in session.items for mark in item.iter_markers()})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002
        """The same with workers: each of them collects everything, and says what by its ids."""
        rows = {row.node_id(self._config.rootpath): row for row in self._rows}
        self._collected = [record_of(rows[id_], id_) for id_ in ids if id_ in rows]
        self._start_browser_for({tag for id_ in ids if id_ in rows for tag in rows[id_].tags})

    def _start_browser_for(self, tags: set[str]) -> None:
        """Where people sign in by HTTP, only what was selected tells whether a browser is needed."""
        if not self._by_http or BROWSER_TAG not in tags or self._browser is None:
            return
        with self._mistakes_end_the_run():
            start_browser(self._browser)
        if self.record.message is not None:
            pytest.exit(self.record.message)

    def pytest_runtest_setup(self) -> None:
        """Stop here where an interrupt was swallowed by what ran before, a browser's driver perhaps."""
        if ASKED.is_set():
            raise KeyboardInterrupt

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a scenario's record from the report that ends it, whichever process ran it."""
        for name, value in report.user_properties:
            if name == "scenario" and report.when == "teardown":
                self.record.scenarios.append(ScenarioRecord.from_json(value))  # type: ignore[arg-type]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C from `-x`, which ends a run with workers by an interruption of pytest's own."""
        # Both pytest and pytest-xdist have a class of that name.
        self._stopped_at_failure = excinfo.typename == "Interrupted" and bool(self._config.option.maxfail)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Conclude, where nothing ended the run before its first scenario."""
        if self.record.message is None:
            self._conclude(session)
        session.exitstatus = self.record.exit_code

    def _conclude(self, session: pytest.Session) -> None:
        """Judge: pytest's own ends first, then what the scenarios amount to."""
        ended_early = session.exitstatus == pytest.ExitCode.INTERRUPTED and not self._stopped_at_failure
        interrupted = ended_early or ASKED.is_set()
        self._interrupted = interrupted
        stopped = interrupted or self._stopped_at_failure or bool(session.shouldfail)
        take_census(self.record, self._collected, stopped=stopped)
        count(self.record, self._rows, self._requirements)
        lost = self._hold is not None and self._hold.is_lost
        match session.exitstatus:
            case _ if interrupted:
                self.record.stop(Verdict.INTERRUPTED, "interrupted before the end")
            case pytest.ExitCode.INTERNAL_ERROR:
                self.record.stop(Verdict.SUITE_ERROR, "pytest itself broke: its output above says where")
            case pytest.ExitCode.USAGE_ERROR:
                self.record.stop(Verdict.USAGE, (self._config.stash[PROBLEMS] or [REFUSED_BY_PYTEST])[0])
            case _ if lost:
                taken = "another run took this tenant over meanwhile: what it did is not known"
                self.record.stop(Verdict.INCONCLUSIVE, f"{Cause.LOCK_HELD}: {taken}")
            case _:
                self.record.finish()

    def pytest_unconfigure(self) -> None:
        """Close everything, publish, and say the verdict last."""
        self._close()
        publish(self._reports, self.record)
        allure.complete(Path(self._config.option.allure_report_dir), self.record)
        for line in closing_lines(self.record, self._reports / "index.html"):
            self._config.get_terminal_writer().line(line)

    def _claim(self) -> None:
        try:
            publish(self._reports, self.record)
            pictures.clear(self._reports)
        except OSError as error:
            raise pytest.UsageError(f"--reports {self._reports} cannot be written: {error.strerror}") from None

    def _give_up(self, verdict: Verdict, message: str) -> None:
        self._close()
        self.record.stop(verdict, message)
        publish(self._reports, self.record)

    def _let_go(self) -> None:
        """Let go of the tenant, and remove whom lost scenarios left."""
        scenarios, people = self.record.scenarios, self.record.people
        people.created = sum(scenario.created for scenario in scenarios)
        people.removed = sum(scenario.removed for scenario in scenarios)
        if self._hold is not None:
            hold, self._hold = self._hold, None
            left = people.created > people.removed
            if left and self._interrupted:
                # Ctrl-C twice: nothing more is done. The lease stays with its addresses, for the next run.
                hold.abandon()
                self.record.notes.append("stopped at once: the next run removes whom this one left behind")
            else:
                lost = any(scenario.cause is Cause.LOST for scenario in scenarios)
                unheard = self._interrupted and bool(self._config.option.numprocesses)
                with finished_first():
                    removed, trouble = hold.let_go(sweeps=left or lost or unheard)
                people.removed += removed
                people.created = max(people.created, people.removed)
                self.record.notes += [trouble] if trouble else []
        people.left = people.created - people.removed

    def _close(self) -> None:
        self._let_go()
        self.record.seconds = round(time.monotonic() - self._began, 2)
        if self._browser is not None:
            self._browser.close()
        if self._local is not None:
            self._local.stop()


def _verifies(config: pytest.Config) -> bool:
    """Say whether features are asked for; features and tests together would be two runs in one."""
    folder = features_folder(config)
    paths = [(config.invocation_params.dir / str(arg).partition("::")[0]).resolve() for arg in config.args]
    inside = [path == folder or folder in path.parents or path.suffix == ".feature" for path in paths]
    if (any(inside) and not all(inside)) or any(path in folder.parents for path in paths):
        raise pytest.UsageError("features and tests run apart: `pytest features`, `pytest tests`")
    return any(inside)


def _prepare_worker(config: pytest.Config, worker: dict[str, Any]) -> None:
    given = worker["mfa"]
    allure.write_into(config, given["allure"])
    profile = watched(config, Source(**given["source"]).profile(config.rootpath))
    place = int(worker["workerid"].removeprefix("gw")), int(worker["workercount"])
    readings = Readings(Reading(**one) for one in given["readings"])
    config.stash[RUN] = RunContext(
        given["run"], profile, browser_for(profile), readings, given["block"], given["owner"], place
    )
