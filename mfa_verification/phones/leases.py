"""Numbers that are owned: each is lent to one scenario at a time, across workers and, by an inbox, across jobs."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mfa_verification.outcome import Inconclusive
from mfa_verification.phones.inbox import TOKEN, URL, inbox_service
from mfa_verification.phones.provider import Lease, ProviderMisconfigured
from mfa_verification.phones.service import Service
from mfa_verification.verdict.cause import Cause

COOL_DOWN = 300.0
"""Seconds that a texted code lives: until then a late text may still come (contract, 8)."""
E_164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
NONE_LEFT = 409


class OwnedNumbers:
    """The numbers of one setting. An inbox keeps their leases, where the settings name one; else a folder does."""

    SETTINGS = (URL, TOKEN)

    def __init__(self, settings: Mapping[str, str], name: str) -> None:
        """Read the numbers, parted by commas or blanks; raises `ProviderMisconfigured` where one is not E.164."""
        self._name = name
        self.all: list[str] = re.split(r"[\s,]+", settings.get(name, "").strip(" ,"))
        for number in self.all:
            if not E_164.fullmatch(number):
                given = f"one ends in {number[-2:]}" if number else "it is empty"
                raise ProviderMisconfigured(name, f"expected phone numbers such as +15550123456 (E.164), and {given}")
        self._inbox = inbox_service(settings) if settings.get(URL) else None

    def lease(self, owner: str, seconds: float) -> Lease:
        """Lend the number that has rested longest; raises `Inconclusive` where all are in use or resting."""
        lent = (
            lease_from_inbox(self._inbox, self.all, owner, seconds)
            if self._inbox
            else LeaseFolder(_folder()).lease(self.all, owner, seconds)
        )
        if lent is None:
            raise Inconclusive(
                Cause.NO_NUMBER_AVAILABLE, f"all {len(self.all)} numbers of {self._name} are in use or rest: add more"
            )
        return lent


class LeaseFolder:
    """Leases as one file under one lock. A process that dies keeps a number for no longer than its lease."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        """Keep them in `folder`."""
        self._folder = folder
        self._now = now

    def lease(self, numbers: list[str], owner: str, seconds: float) -> Lease | None:
        """Lend the number whose last lease ended first; None where there is none."""
        with self._table() as table:
            free = [number for number in numbers if table.get(_key(number), {}).get("until", 0) <= self._now()]
            if not free:
                return None
            number = min(free, key=lambda number: table.get(_key(number), {}).get("until", 0))
            table[_key(number)] = {"owner": owner, "until": self._now() + seconds}
        return Lease(number, lambda rest: self._end(number, owner, rest))

    def _end(self, number: str, owner: str, rest: float) -> None:
        with self._table() as table:
            if table.get(_key(number), {}).get("owner") == owner:
                table[_key(number)] = {"owner": "", "until": self._now() + rest}

    @contextmanager
    def _table(self) -> Iterator[dict[str, dict[str, Any]]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "leases.json").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            try:
                table = json.loads(file.read() or "{}")
            except ValueError:  # cut short by a process that died: its leases are lost, and no number with them
                table = {}
            yield table
            file.seek(0)
            file.truncate()
            file.write(json.dumps(table))


def lease_from_inbox(inbox: Service, numbers: list[str], owner: str, seconds: float) -> Lease | None:
    """Lend a number through the inbox: it keeps the leases of all jobs that ask it."""
    # The setting is the address of the list of texts; leases stand beside it.
    root = inbox.url.rpartition("/")[0]
    wanted = {"numbers": numbers, "owner": owner, "seconds": seconds}
    reply = inbox.ask("POST", f"{root}/leases", json=wanted, healthy=(NONE_LEFT,))
    match reply.body:
        case {"id": str(id_), "number": str(number)}:
            end = f"{root}/leases/{id_}"
            return Lease(number, lambda rest: _ended(inbox, end, rest))
    if reply.status == NONE_LEFT:
        return None
    raise inbox.garbled("lent a number without id and number")


def _ended(inbox: Service, address: str, rest: float) -> None:
    inbox.ask("DELETE", address, query={"rest": f"{rest:.0f}"}, healthy=(404,))


def _key(number: str) -> str:
    """Numbers are people's data: the file holds none."""
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"mfa-verification-numbers-{getpass.getuser()}"
