"""Runs the features: begins before pytest's session, collects the scenarios' records, and prints the verdict last."""

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
    """Begin a run where features are selected; other tests are not affected.

    This is before pytest's session, so an error here is one line and an exit code.
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
    """Return whether features are selected. Raises UsageError for features and tests together."""
    folder = config.rootpath / FEATURES
    paths = [(config.invocation_params.dir / str(arg).partition("::")[0]).resolve() for arg in config.args]
    inside = [path == folder or folder in path.parents or path.suffix == ".feature" for path in paths]
    if (any(inside) and not all(inside)) or any(path in folder.parents for path in paths):
        raise pytest.UsageError("features and tests cannot run together: use `pytest features` or `pytest tests`")
    return any(inside)


def _say_preflight(run: OpenRun) -> int:
    """Print the result of the preflight and end; nonconforming where a setting is wrong."""
    run.close()
    record = run.record
    problems = [one for one in record.configuration if one.problem]
    red = [one for one in problems if one.is_red and one.is_must]
    unread = [one for one in problems if not one.is_red]
    verdict = Verdict.NONCONFORMING if red else Verdict.INCONCLUSIVE if unread else Verdict.CONFORMS
    record.stop(verdict, f"only preflight; {len(problems)} of {len(record.configuration)} settings are wrong")
    publish(run.reports, record)
    for line in [*preflight_table(record, browser=not run.by_http), verdict_sentence(record)]:
        sys.stdout.write(f"{line}\n")
    return record.exit_code


class ControllingRun:
    """The part of the controlling process during pytest's session; without `-n` it is the only process."""

    def __init__(self, run: OpenRun, source: Source) -> None:
        """Continue a run that open_run started."""
        self._run, self._source, self._config, self._record = run, source, run.config, run.record
        self._selected: list[ScenarioRecord] = []
        self._failed_fast = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Print which tenant is verified."""
        note = f" ({LOCAL_NOTE})" if self._record.is_local else ""
        self._config.get_terminal_writer().line(f"verifying {self._record.domain}{note}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Pass the run to a worker."""
        node.workerinput["mfa"] = for_worker(self._config.stash[RUN], self._source, self._config)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember the selected scenarios, to find those without a verdict."""
        self._selected = [one.record for item in session.items if (one := scenario_of(item)) is not None]
        self._start_browser_for({mark.name for item in session.items for mark in item.iter_markers()})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002
        """The same with workers, which report the ids of what they collected."""
        rows = catalogue_of(self._config).by_id(self._config.rootpath)
        self._selected = [record_of(rows[id_], id_) for id_ in ids if id_ in rows]
        self._start_browser_for({tag for id_ in ids if id_ in rows for tag in rows[id_].tags})

    def _start_browser_for(self, tags: set[str]) -> None:
        """Start the browser if a selected scenario needs it, where sign-ins use HTTP otherwise."""
        if not self._run.by_http or BROWSER not in tags or self._run.browser is None:
            return
        with mistakes_end(self._run):
            start_browser(self._run.browser)
        if self._record.message is not None:
            pytest.exit(self._record.message)

    def pytest_runtest_setup(self) -> None:
        """Stop where a former interrupt was swallowed, for example by the browser's driver."""
        if INTERRUPTED.is_set():
            raise KeyboardInterrupt

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the scenario's record from its last report, in whichever process it ran."""
        for name, value in report.user_properties:
            if name == "scenario" and report.when == "teardown":
                self._record.scenarios.append(ScenarioRecord.from_json(value))  # type: ignore[arg-type]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C from `-x`, which with workers also ends in an interrupt."""
        # pytest and pytest-xdist both have a class Interrupted.
        self._failed_fast = excinfo.typename == "Interrupted" and bool(self._config.option.maxfail)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Set the verdict, unless the run ended before its first scenario."""
        if self._record.message is None:
            conclude(self._run, session, self._selected, failed_fast=self._failed_fast)
        session.exitstatus = self._record.exit_code

    def pytest_unconfigure(self) -> None:
        """Release all resources, publish, and print the verdict last."""
        self._run.close()
        publish(self._run.reports, self._record)
        allure.complete(Path(self._config.option.allure_report_dir), self._record)
        for line in closing_lines(self._record, self._run.reports / "index.html"):
            self._config.get_terminal_writer().line(line)
