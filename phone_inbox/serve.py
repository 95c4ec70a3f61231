"""`python -m phone_inbox serve`: an inbox of one's own, behind whatever ends TLS for it."""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from cheroot import wsgi

from phone_inbox.inbox import IN_MEMORY, Inbox
from phone_inbox.web import create_app

TOKEN = "PHONE_INBOX_TOKEN"
SHORTEST_TOKEN = 24
USAGE = 4
THREADS = 64
"""Each reader who waits holds one."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and exits with 4 like every mistake in what was asked for."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


class _Server(wsgi.Server):
    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Say nothing: a request holds codes, numbers or the token."""


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit code: 0, or 4 where a setting must be corrected."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    token = environment.get(TOKEN, "")
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        parser.error(f"set {TOKEN} to a secret of {SHORTEST_TOKEN} characters or more: openssl rand -hex 24 makes one")
    if asked.ttl <= 0:
        parser.error(f"--ttl {asked.ttl:g}: expected seconds, more than 0")
    try:
        inbox = Inbox(ttl=asked.ttl, database=str(asked.database or IN_MEMORY))
    except sqlite3.Error as error:
        parser.error(f"--database {asked.database}: {error}")
    try:
        _serve(inbox, token, asked.host, asked.port)
    except OSError as error:
        reason = error.strerror or str(error)
        parser.error(f"cannot listen on {asked.host} port {asked.port}: {reason}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="phone_inbox", description="Keeps SMS messages for test phones.", allow_abbrev=False)
    serve = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help=f"serve an inbox; its bearer token comes from {TOKEN}", allow_abbrev=False
    )
    serve.add_argument("--host", default="127.0.0.1", help="the address to bind (%(default)s)")
    serve.add_argument("--port", type=int, default=8025, help="the port; 0 takes a free one (%(default)s)")
    serve.add_argument("--ttl", type=float, default=900.0, help="seconds that an SMS message is kept (%(default)s)")
    serve.add_argument("--database", type=Path, help="an SQLite file, to keep SMS messages and leases over a restart")
    return parser


def _serve(inbox: Inbox, token: str, host: str, port: int) -> None:
    server = _Server((host, port), create_app(inbox, token), numthreads=THREADS, server_name="phone-inbox")
    server.prepare()
    # The interpreter writes a byte whichever thread a signal meets; a handler of ours runs in the main thread only, and
    # not while that thread waits for a lock.
    stopping, stop = os.pipe()
    os.set_blocking(stop, False)
    signal.set_wakeup_fd(stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    threading.Thread(target=server.serve, daemon=True).start()
    name = f"[{host}]" if ":" in host else host
    print(f"phone inbox ready at http://{name}:{server.socket.getsockname()[1]}/messages", flush=True)
    os.read(stopping, 1)
    inbox.close()
    server.stop()
