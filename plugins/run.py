"""One run: it begins before pytest's own session, takes each scenario's record, and says its verdict last."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.context import INTERRUPTED, RUN, scenario_of
from mfa_verification.core.verdict import Terms, Verdict
from mfa_verification.guard.preflight import start_browser
from mfa_verification.reports.publish import publish
from mfa_verification.reports.record import ScenarioRecord
from mfa_verification.reports.words import LOCAL_NOTE, closing_lines, preflight_table, verdict_sentence
from plugins import allure
from plugins.catalogue import BROWSER, record_of
from plugins.closing import OpenRun, conclude
from plugins.collect_features import FEATURES, catalogue_of
from plugins.opening import Source, for_worker, mistakes_end, open_run, open_worker
from plugins.options import JUDGED, refuse, terms_of

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
        open_worker(config, worker)
        return None
    run, source = open_run(config, terms)
    if config.option.preflight and run.record.message is None:
        return _say_preflight(run)
    if run.record.message is None:
        config.pluginmanager.register(ControllingRun(run, source), "mfa-run")
        return None
    sys.stderr.write(f"{run.record.message}\n")
    return run.record.exit_code


def _verifies(config: pytest.Config) -> bool:
    """Say whether features are asked for; features and tests together would be two runs in one."""
    folder = config.rootpath / FEATURES
    paths = [(config.invocation_params.dir / str(arg).partition("::")[0]).resolve() for arg in config.args]
    inside = [path == folder or folder in path.parents or path.suffix == ".feature" for path in paths]
    if (any(inside) and not all(inside)) or any(path in folder.parents for path in paths):
        raise pytest.UsageError("features and tests run apart: `pytest features`, `pytest tests`")
    return any(inside)


def _say_preflight(run: OpenRun) -> int:
    """Say what preflight found, and end: nonconforming where a setting of the tenant is wrong."""
    run.close()
    record = run.record
    problems = [one for one in record.configuration if one.problem]
    red = [one for one in problems if one.is_red and one.is_must]
    unread = [one for one in problems if not one.is_red]
    verdict = Verdict.NONCONFORMING if red else Verdict.INCONCLUSIVE if unread else Verdict.CONFORMS
    record.stop(verdict, f"preflight alone, {len(problems)} of {len(record.configuration)} settings wrong")
    publish(run.reports, record)
    for line in [*preflight_table(record, browser=not run.by_http), verdict_sentence(record)]:
        sys.stdout.write(f"{line}\n")
    return record.exit_code


class ControllingRun:
    """The controlling process's part around pytest's session; without `-n` that is the only process."""

    def __init__(self, run: OpenRun, source: Source) -> None:
        """Go on with a run that has begun."""
        self._run, self._source, self._config, self._record = run, source, run.config, run.record
        self._selected: list[ScenarioRecord] = []
        self._failed_fast = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Say first which tenant this is about."""
        note = f" ({LOCAL_NOTE})" if self._record.is_local else ""
        self._config.get_terminal_writer().line(f"verifying {self._record.domain}{note}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run over to a worker."""
        node.workerinput["mfa"] = for_worker(self._config.stash[RUN], self._source, self._config)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember what was selected: what is selected and lost is not decided."""
        self._selected = [one.record for item in session.items if (one := scenario_of(item)) is not None]
        self._start_browser_for({mark.name for item in session.items for mark in item.iter_markers()})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002
        """The same with workers: each of them collects everything, and says what by its ids."""
        rows = catalogue_of(self._config).by_id(self._config.rootpath)
        self._selected = [record_of(rows[id_], id_) for id_ in ids if id_ in rows]
        self._start_browser_for({tag for id_ in ids if id_ in rows for tag in rows[id_].tags})

    def _start_browser_for(self, tags: set[str]) -> None:
        """Where test users sign in by HTTP, only what was selected tells whether a browser is needed."""
        if not self._run.by_http or BROWSER not in tags or self._run.browser is None:
            return
        with mistakes_end(self._run):
            start_browser(self._run.browser)
        if self._record.message is not None:
            pytest.exit(self._record.message)

    def pytest_runtest_setup(self) -> None:
        """Stop here where an interrupt was swallowed by what ran before, a browser's driver perhaps."""
        if INTERRUPTED.is_set():
            raise KeyboardInterrupt

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a scenario's record from the report that ends it, whichever process ran it."""
        for name, value in report.user_properties:
            if name == "scenario" and report.when == "teardown":
                self._record.scenarios.append(ScenarioRecord.from_json(value))  # type: ignore[arg-type]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C from `-x`, which ends a run with workers by an interruption of pytest's own."""
        # Both pytest and pytest-xdist have a class of that name.
        self._failed_fast = excinfo.typename == "Interrupted" and bool(self._config.option.maxfail)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Conclude, where nothing ended the run before its first scenario."""
        if self._record.message is None:
            conclude(self._run, session, self._selected, failed_fast=self._failed_fast)
        session.exitstatus = self._record.exit_code

    def pytest_unconfigure(self) -> None:
        """Close everything, publish, and say the verdict last."""
        self._run.close()
        publish(self._run.reports, self._record)
        allure.complete(Path(self._config.option.allure_report_dir), self._record)
        for line in closing_lines(self._record, self._run.reports / "index.html"):
            self._config.get_terminal_writer().line(line)
