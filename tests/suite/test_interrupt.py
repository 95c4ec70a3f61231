"""Check Ctrl-C and a cancelled job: exit code 2, no traceback, and every user created so far is removed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fixtures.context import uninterrupted
from mfa_verification.guard.tenant_lock import EMAIL
from tests.running import BY_HTTP, PYTEST, ROOT, Run, environment
from tests.tenant.client import LocalTenant

TIMEOUT = 300
"""Seconds; longer than any step of these tests takes on a slow machine."""


@contextmanager
def running(folder: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run on the tenant of FOLDER; kill it at the end if it still runs."""
    command = [*PYTEST, *arguments, "--env-file", str(folder / "tenant.env"), "--reports", str(folder / "reports")]
    # Ctrl-C reaches every process of a terminal, the browser's too; a new session is such a group of processes.
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(**environ), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def end_of(process: subprocess.Popen[str], folder: Path, seen: str = "") -> Run:
    output = process.communicate(timeout=TIMEOUT)[0]
    return Run(process.returncode, seen + output, folder / "reports")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + TIMEOUT
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until


@pytest.mark.parametrize(
    ("after", "number", "way"),
    [
        ("token.feature::", signal.SIGINT, BY_HTTP),
        ("PASSED", signal.SIGINT, ()),
        ("token.feature::", signal.SIGTERM, BY_HTTP),
    ],
    ids=["Ctrl-C in the first scenario", "Ctrl-C in the second, with a browser", "cancelled job"],
)
def test_an_interrupted_run_removes_its_users(
    own: LocalTenant, tmp_path: Path, after: str, number: signal.Signals, way: tuple[str, ...]
) -> None:
    def a_user_was_created() -> bool:
        return any(user["email"] != EMAIL for user in own.manage("GET", "/users"))

    with running(tmp_path, "features/tokens/mfa_api_token.feature", "-v", *way) as process:
        assert process.stdout is not None
        seen = ""
        while after not in seen and (read := process.stdout.read(1)):
            seen += read
        wait_for(a_user_was_created, process)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        run = end_of(process, tmp_path, seen)
    assert run.code == 2, run.output
    assert own.manage("GET", "/users") == []
    assert (run.verdict["verdict"], run.verdict["complete"]) == ("interrupted", False)
    assert run.verdict["users"]["created"] >= 1
    assert run.verdict["users"]["left"] == 0
    assert len(run.scenarios) == 5
    assert "not-run" in run.verdicts.values()
    # Playwright's own process prints a traceback if the signal arrives within a message.
    assert not way or "Traceback" not in run.output


SLOW_REMOVAL = """
import os, pathlib, signal, time
from mfa_verification.auth0.management import ManagementApi
received, wakeup = os.pipe()
os.set_blocking(wakeup, False)
def slow(self, user_id):
    signal.set_wakeup_fd(wakeup)  # reports a signal, and leaves its effect to the handler
    pathlib.Path({removing!r}).touch()
    os.read(received, 1)
    pathlib.Path({noted!r}).touch()
    for _ in range(36000): time.sleep(0.05)
ManagementApi.delete_user = slow
"""


def test_a_second_ctrl_c_stops_the_removal_and_reports_the_users_left(own: LocalTenant, tmp_path: Path) -> None:
    removing, noted = tmp_path / "removing", tmp_path / "noted"
    (tmp_path / "slow.py").write_text(SLOW_REMOVAL.format(removing=str(removing), noted=str(noted)))
    selection = ("-p", "slow", "features/tokens", "-k", "secret", *BY_HTTP)
    with running(tmp_path, *selection, PYTHONPATH=str(tmp_path)) as process:
        for sign in (removing, noted):
            wait_for(sign.exists, process)
            process.send_signal(signal.SIGINT)
        run = end_of(process, tmp_path)
    assert run.code == 2, run.output
    assert run.verdict["users"] == {"created": 1, "removed": 0, "left": 1}
    assert "left 1" in run.output
    assert len(own.manage("GET", "/users")) == 2, "the user and the user that locks the tenant"


@pytest.mark.parametrize(("signals", "done"), [(1, ["all of it"]), (2, [])])
def test_the_first_ctrl_c_waits_for_the_end_of_a_block_and_the_second_does_not(signals: int, done: list[str]) -> None:
    before, reached = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt), uninterrupted():  # noqa: PT012  # the order is tested
        for _ in range(signals):
            signal.raise_signal(signal.SIGINT)
        reached.append("all of it")
    assert reached == done
    assert signal.getsignal(signal.SIGINT) is before
