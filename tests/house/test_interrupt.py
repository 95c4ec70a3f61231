"""Ctrl-C in the middle: exit 2, and everybody made so far is removed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from mfa_verification.guard.tenant_lock import EMAIL
from tests.running import PYTEST, ROOT, Run, environment
from tests.tenant.running import Running


@pytest.mark.parametrize(
    ("after", "number"),
    [("token.feature::", signal.SIGINT), ("PASSED", signal.SIGINT), ("token.feature::", signal.SIGTERM)],
    ids=["in the first scenario", "in the second", "a cancelled job"],
)
def test_people_are_removed(
    served: Running, env_file: Path, tmp_path: Path, after: str, number: signal.Signals
) -> None:
    command = [
        *PYTEST,
        "features/mfa_token/token.feature",
        "-v",
        "--env-file",
        str(env_file),
        "--reports",
        str(tmp_path),
    ]
    # A session of its own: Ctrl-C reaches every process of a terminal, the browser's among them.
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        seen = ""
        while after not in seen and (read := process.stdout.read(1)):
            seen += read
        _await_a_person(served)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        seen += process.stdout.read()
        run = Run(process.wait(30), seen, tmp_path)
    assert run.code == 2, run.output
    assert served.operator("GET", "/users").json() == []
    assert (run.verdict["verdict"], run.verdict["complete"]) == ("interrupted", False)
    assert run.verdict["people"]["created"] >= 1
    assert run.verdict["people"]["left"] == 0
    assert len(run.scenarios) == 5
    assert "not-run" in run.verdicts.values()
    assert "Traceback" not in run.output


def _await_a_person(served: Running) -> None:
    """Whoever holds the tenant is a user as well, and was made before anybody."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if any(user["email"] != EMAIL for user in served.operator("GET", "/users").json()):
            return
    raise AssertionError("nobody was made")


def test_a_second_ctrl_c_stops_at_once_and_says_what_was_left(served: Running, env_file: Path, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import pathlib, time\n"
        "from mfa_verification.auth0.management import ManagementApi\n"
        "usual = ManagementApi.delete_user\n"
        "def slow(self, user_id):\n"
        f"    pathlib.Path({str(tmp_path / 'removing')!r}).touch()\n"
        "    for _ in range(400): time.sleep(0.05)\n"
        "ManagementApi.delete_user = slow\n"
    )
    command = [*PYTEST, "-p", "slow", "features/mfa_token", "-k", "secret", "--env-file", str(env_file)]
    with subprocess.Popen(
        [*command, "--reports", str(tmp_path / "reports")], cwd=ROOT, env=environment(PYTHONPATH=str(tmp_path)),
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        until = time.monotonic() + 90
        while not (tmp_path / "removing").exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        seen = process.stdout.read()
        run = Run(process.wait(15), seen, tmp_path / "reports")
    assert run.code == 2, run.output
    assert run.verdict["people"] == {"created": 1, "removed": 0, "left": 1}
    assert "left 1" in run.output
    for user in served.operator("GET", "/users").json():
        served.operator("DELETE", f"/users/{user['user_id']}")
