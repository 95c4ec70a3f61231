"""The local tenant, launched as a process of its own; after that it is a tenant like any other."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

READY_SECONDS = 20.0


class LocalTenantNotStarted(Exception):
    """The local tenant did not come up; the message is its own line."""


class LocalTenant:
    """The process, and the file with its settings."""

    def __init__(self) -> None:
        """Start it and wait until it says that it is ready."""
        self._directory = Path(tempfile.mkdtemp(prefix="local-tenant-"))
        self.env_file = self._directory / "tenant.env"
        command = [sys.executable, "-m", "local_tenant", "serve", "--env-file", str(self.env_file), "--parent-pipe"]
        # A session of its own, so that Ctrl-C reaches us alone and users can still be removed from it.
        # It stops when its standard input closes: even if this process is killed, it does not stay behind.
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
        """Stop it, and remove the file with its settings."""
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
            words = self._process.stderr.read().strip() or f"it said nothing within {READY_SECONDS:.0f} s"
            self.stop()
            raise LocalTenantNotStarted(f"the local tenant did not start: {words.splitlines()[-1]}")
