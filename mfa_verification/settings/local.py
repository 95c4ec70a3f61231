"""Starts the local tenant as a process; from then on it is used like any other tenant."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

READY_SECONDS = 20.0


class LocalTenantNotStarted(Exception):
    """The local tenant did not start; the message is its last line."""


class LocalTenant:
    """The process of the local tenant and its env file."""

    def __init__(self) -> None:
        """Start the process and wait until it is ready."""
        self._directory = Path(tempfile.mkdtemp(prefix="local-tenant-"))
        self.env_file = self._directory / "tenant.env"
        command = [sys.executable, "-m", "local_tenant", "serve", "--env-file", str(self.env_file), "--parent-pipe"]
        # In a session of its own, so that Ctrl-C does not reach it and users can still be removed. It stops when its
        # standard input closes, even if this process is killed.
        self._process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._await_ready()

    def stop(self) -> None:
        """Stop the process and delete its env file."""
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _await_ready(self) -> None:
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._process.stdin.write("{}\n")
        self._process.stdin.flush()
        overdue = threading.Timer(READY_SECONDS, self._process.kill)
        overdue.start()
        try:
            ready = self._process.stdout.readline()
        finally:
            overdue.cancel()
        if not ready:
            words = self._process.stderr.read().strip() or f"it was not ready within {READY_SECONDS:.0f} s"
            self.stop()
            raise LocalTenantNotStarted(f"the local tenant did not start: {words.splitlines()[-1]}")
