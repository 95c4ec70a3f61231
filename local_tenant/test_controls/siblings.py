"""Siblings: further tenants, each in its own process, with their parent's configuration. They end with their parent."""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from local_tenant import variations
from local_tenant.clock import Clock
from local_tenant.keys import Certificates

MANAGEMENT_SCOPES = ("update:guardian_factors", "update:clients", "update:mfa_policies")
"""More scopes of a sibling's management application: scenarios change settings there."""


class SiblingError(Exception):
    """A sibling did not start; the message is its error output."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a parent passes to a sibling: one JSON line on standard input."""

    certificates: Certificates | None = None
    ca_path: str | None = None
    tenant: str | None = None
    vary: list[str] = field(default_factory=list)
    clock_offset: float = 0.0
    management_scopes: list[str] = field(default_factory=list)

    def to_line(self) -> str:
        """Return the JSON line."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_line(cls, line: str) -> Handover:
        """Read the JSON line; `{}` passes nothing. Raises ValueError for an invalid line."""
        try:
            return msgspec.json.decode(line, type=cls)
        except msgspec.MsgspecError as reason:
            raise ValueError(str(reason)) from reason


class _Sibling:
    """A process that loads the modules and waits for its `Handover`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="local-tenant-")
        self._env_file = Path(self._folder.name) / "sibling.env"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local_tenant", "serve", "--parent-pipe", "--env-file", str(self._env_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )

    def begin(self, handover: Handover) -> dict[str, str]:
        """Send the `Handover`; return the sibling's settings once it is ready. Raises SiblingError."""
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None and stdout is not None and stderr is not None
        # A process that ended early has its reason on standard error.
        with suppress(BrokenPipeError):
            stdin.write(handover.to_line() + "\n")
            stdin.flush()
        if not stdout.readline():
            said = stderr.read().strip()
            self.end()
            raise SiblingError(said or "the sibling ended without an error message")
        # Later output must not fill the pipe, which would block the process.
        threading.Thread(target=stderr.read, daemon=True).start()
        from dotenv import dotenv_values  # noqa: PLC0415  # a tenant starts without it

        settings = {name: value or "" for name, value in dotenv_values(self._env_file, interpolate=False).items()}
        self._folder.cleanup()
        return settings

    def tell_to_end(self) -> None:
        """Close its standard input, which ends the process."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def end(self) -> None:
        """End the process and wait for it; kill it after three seconds."""
        self.tell_to_end()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._folder.cleanup()


class Siblings:
    """The siblings of one tenant. From the first sibling on, one spare process is kept ready: Python starts slowly."""

    def __init__(self, handover: Handover, clock: Clock) -> None:
        """Take what every sibling inherits, and the clock whose offset it starts with."""
        self._handover = handover
        self._clock = clock
        self._running: dict[str, _Sibling] = {}
        self._spare: _Sibling | None = None
        self._lock = threading.Lock()
        self._ended = False

    def start(self, vary: list[str]) -> tuple[str, dict[str, str]]:
        """Start a sibling with these variations beside the inherited ones; return its id and its settings."""
        names = [*self._handover.vary, *vary]
        variations.find(names)
        handover = replace(
            self._handover, vary=names, clock_offset=self._clock.offset, management_scopes=list(MANAGEMENT_SCOPES)
        )
        sibling_id, sibling = self._take()
        try:
            return sibling_id, sibling.begin(handover)
        except SiblingError:
            self.end(sibling_id)
            raise

    def _take(self) -> tuple[str, _Sibling]:
        """Take the spare process, or start the first one, and start the next spare."""
        with self._lock:
            if self._ended:
                raise SiblingError("the tenant is stopping")
            sibling_id, sibling = secrets.token_hex(8), self._spare or _Sibling()
            self._running[sibling_id], self._spare = sibling, _Sibling()
        return sibling_id, sibling

    def end(self, sibling_id: str) -> bool:
        """End a sibling; return False for an unknown id."""
        with self._lock:
            sibling = self._running.pop(sibling_id, None)
        if sibling is not None:
            sibling.end()
        return sibling is not None

    def end_all(self) -> None:
        """End all siblings, and refuse new ones."""
        with self._lock:
            self._ended = True
            ending = [*self._running.values(), *([self._spare] if self._spare else [])]
            self._running.clear()
        for sibling in ending:
            sibling.tell_to_end()
        for sibling in ending:
            sibling.end()
