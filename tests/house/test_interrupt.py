"""Ctrl-C in the middle: exit 2, and everybody made so far is removed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mfa_verification.guard.tenant_lock import EMAIL
from tests.running import BY_HTTP, PYTEST, ROOT, Run, environment
from tests.tenant.client import LocalTenant

HANGS_SECONDS = 300
"""Longer than anything here takes on any machine."""


@contextmanager
def running(folder: Path, *arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A run that is under way on the tenant of FOLDER; ended, if it is still there."""
    command = [*PYTEST, *arguments, "--env-file", str(folder / "tenant.env"), "--reports", str(folder / "reports")]
    # A session of its own: Ctrl-C reaches every process of a terminal, the browser's among them.
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
    said = process.communicate(timeout=HANGS_SECONDS)[0]
    return Run(process.returncode, seen + said, folder / "reports")


def await_that(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + HANGS_SECONDS
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
    ids=["in the first scenario", "in the second", "a cancelled job"],
)
def test_users_are_removed(
    own: LocalTenant, tmp_path: Path, after: str, number: signal.Signals, way: tuple[str, ...]
) -> None:
    def somebody_is_there() -> bool:
        """Whoever holds the tenant is a user as well, and was made before anybody."""
        return any(user["email"] != EMAIL for user in own.management("GET", "/users").json())

    with running(tmp_path, "features/tokens/mfa_api_token.feature", "-v", *way) as process:
        assert process.stdout is not None
        seen = ""
        while after not in seen and (read := process.stdout.read(1)):
            seen += read
        await_that(somebody_is_there, process)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        run = end_of(process, tmp_path, seen)
    assert run.code == 2, run.output
    assert own.management("GET", "/users").json() == []
    assert (run.verdict["verdict"], run.verdict["complete"]) == ("interrupted", False)
    assert run.verdict["users"]["created"] >= 1
    assert run.verdict["users"]["left"] == 0
    assert len(run.scenarios) == 5
    assert "not-run" in run.verdicts.values()
    # The browser's driver tells of an interrupt that met it in the middle of a message.
    assert not way or "Traceback" not in run.output


SLOW = """
import os, pathlib, signal, time
from mfa_verification.auth0.management import ManagementApi
heard, ear = os.pipe()
os.set_blocking(ear, False)
def slow(self, user_id):
    signal.set_wakeup_fd(ear)  # says that a signal has come, and leaves what it does to others
    pathlib.Path({removing!r}).touch()
    os.read(heard, 1)
    pathlib.Path({noted!r}).touch()
    for _ in range(36000): time.sleep(0.05)
ManagementApi.delete_user = slow
"""


def test_a_second_ctrl_c_stops_at_once_and_says_what_was_left(own: LocalTenant, tmp_path: Path) -> None:
    removing, noted = tmp_path / "removing", tmp_path / "noted"
    (tmp_path / "slow.py").write_text(SLOW.format(removing=str(removing), noted=str(noted)))
    selection = ("-p", "slow", "features/tokens", "-k", "secret", *BY_HTTP)
    with running(tmp_path, *selection, PYTHONPATH=str(tmp_path)) as process:
        for sign in (removing, noted):
            await_that(sign.exists, process)
            process.send_signal(signal.SIGINT)
        run = end_of(process, tmp_path)
    assert run.code == 2, run.output
    assert run.verdict["users"] == {"created": 1, "removed": 0, "left": 1}
    assert "left 1" in run.output
    assert len(own.management("GET", "/users").json()) == 2, "the user, and the lock user with the address"
