"""The command line: `serve` starts a tenant, `variations` lists the variations."""

from __future__ import annotations

import argparse
import ipaddress
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from local_tenant import variations
from local_tenant.process import Plan, StartError, start
from local_tenant.tenant_file import DEFAULT, TenantFileError, read
from local_tenant.test_controls.siblings import Handover

USAGE = 4
HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})", re.ASCII)


class _Parser(argparse.ArgumentParser):
    """Reports a usage error in one line, and exits with 4."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code: 0, or 4 where a setting or argument must be changed."""
    asked = _parser().parse_args(arguments)
    if asked.command == "variations":
        print(json.dumps([one.as_json() for one in variations.known().values()], indent=2))
        return 0
    try:
        return _serve(_plan(asked), parent_pipe=asked.parent_pipe)
    except (StartError, TenantFileError, variations.VariationError) as reason:
        print(f"local tenant: {reason}", file=sys.stderr)
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="local_tenant", description="A small Auth0 tenant on loopback.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="start a tenant", allow_abbrev=False)
    serve.add_argument("--host", default="127.0.0.1", help="loopback address to bind")
    serve.add_argument("--port", type=int, default=0, help="port of the tenant; 0 takes a free one")
    serve.add_argument("--env-file", type=Path, help="file to write the tenant's settings to")
    serve.add_argument("--domain", metavar="HOST:PORT", help="domain of the tenant, by default localhost and its port")
    serve.add_argument("--tenant-file", type=Path, default=DEFAULT, help="configuration of the tenant (TOML)")
    serve.add_argument(
        "--vary",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="variations to apply; `variations` lists them",
    )
    serve.add_argument(
        "--parent-pipe",
        action="store_true",
        help="read one JSON line from standard input, and stop when the input closes",
    )
    commands.add_parser("variations", help="list the variations as JSON", allow_abbrev=False)
    return parser


def _plan(asked: argparse.Namespace) -> Plan:
    handover = _read_handover() if asked.parent_pipe else None
    if not 0 <= asked.port <= 65535:
        raise StartError(f"--port {asked.port}: expected 0 to 65535")
    env_file = asked.env_file.absolute() if asked.env_file else None
    if env_file is not None and not env_file.parent.is_dir():
        raise StartError(f"--env-file {asked.env_file}: the directory {env_file.parent} does not exist")
    if env_file is not None and env_file.is_dir():
        raise StartError(f"--env-file {asked.env_file}: it is a directory")
    return Plan(
        _loopback(asked.host),
        asked.port,
        env_file,
        _domain(asked.domain),
        read(asked.tenant_file),
        asked.vary,
        handover,
    )


def _loopback(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise StartError(f"--host {host}: only a loopback address is served, 127.0.0.1 or localhost")


def _domain(given: str | None) -> str | None:
    if given is None:
        return None
    matched = HOST_AND_PORT.fullmatch(given)
    if matched is None or ".." in given or not 0 < int(matched[3]) <= 65535:
        raise StartError(f"--domain {given}: expected HOST:PORT, such as tenant.test:8443")
    return given.lower()


def _read_handover() -> Handover:
    try:
        return Handover.from_line(sys.stdin.readline())
    except ValueError as reason:
        raise StartError(f"--parent-pipe: expected one JSON line on standard input: {reason}") from reason


def _serve(plan: Plan, *, parent_pipe: bool) -> int:
    # The interpreter writes a byte for a signal at any time, in any thread. A Python handler would run in the main
    # thread only, and not while that thread waits for a lock.
    stopping, stop = os.pipe()
    os.set_blocking(stop, False)
    signal.set_wakeup_fd(stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    running = start(plan)
    where = f" (settings in {plan.env_file})" if plan.env_file else ""
    try:
        print(f"local tenant ready at https://{running.domain}{where}", flush=True)
        if parent_pipe:
            threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
        os.read(stopping, 1)
    finally:
        running.stop()
    return 0


def _wait_for_parent(stop: int) -> None:
    """Wait until standard input closes, below Python's buffers: a thread waiting in them would block the exit."""
    while os.read(0, 4096):
        pass
    os.write(stop, b"\0")
