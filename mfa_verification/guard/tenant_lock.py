"""The lock user: who holds the tenant, what must be put back, and which addresses and phone numbers were used.

All of it stands on the tenant itself, so that a run on another machine can put it back. Making the user is the lock:
a second run meets a conflict. It lasts two minutes by the tenant's clock and is renewed every thirty seconds.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import restore
from mfa_verification.core.clock import MACHINE, Deadline, Timer, wait_until
from mfa_verification.core.outcome import Inconclusive, NotRestored, TenantFault
from mfa_verification.core.secret import Secret
from mfa_verification.core.verdict import Cause
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.numbers import block_at
from mfa_verification.settings.profile import Profile
from mfa_verification.transport import Value
from mfa_verification.users.directory import EMAIL_DOMAIN, KEY, SUITE, address, mark_of

EMAIL = f"lock@{EMAIL_DOMAIN}"
LIFE_SECONDS = 120
RENEW_SECONDS = 30.0
TAKEOVER_SECONDS = 600
"""How long a takeover may last: it puts back and sweeps, and is not renewed."""
PAUSE = 3.0
JOURNAL = "mfa_journal"
USERS = "mfa_users_"
"""With the worker's number: how many addresses it may have used. A key for each of them, as they write at once."""

User = Mapping[str, Any]


class TenantLock:
    """One run's lock on one tenant."""

    def __init__(self, tenant: Tenant, run: str, say: Callable[[str], None], timer: Timer = MACHINE) -> None:
        """Lock `tenant` for `run`; `tenant` is used by nobody else. What others should know is said with `say`."""
        self.user_id = ""
        self.number_block = 0
        """Where this run's phone numbers begin: drawn once, when the lease is made, and kept in it."""
        self.lost = False
        """Whether somebody else took over meanwhile."""
        self._tenant = tenant
        self._run = run
        self._say = say
        self._timer = timer
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._renewal: threading.Thread | None = None
        self._open: list[Mapping[str, Any]] = []
        """What the journal holds: settings that are not as they were."""

    def acquire(self, wait_seconds: float) -> None:
        """Take the lease, waiting for another run's end; `Inconclusive` where it is held to the end of the wait."""
        told: list[str] = []
        # The answer to this tells the tenant's time, by which the lease is made.
        self._tenant.administrator_scopes()

        def attempt() -> str | None:
            if made := self._make(EMAIL, LIFE_SECONDS):
                return made
            held = self._find(EMAIL)
            if held is None:
                return None
            if self._has_expired(held):
                return self._take_over(held)
            if not told:
                told.append(_whose(held))
                self._say(f"waiting for {told[0]}, which holds this tenant")
            return None

        deadline = Deadline(wait_seconds, self._timer)
        self.user_id = wait_until("another run to let go of the tenant", attempt, deadline, PAUSE) or ""
        if not self.user_id:
            held = self._find(EMAIL)
            whose = _whose(held) if held else "another run"
            raise Inconclusive(
                Cause.LOCK_HELD, f"{whose} holds this tenant, also after {wait_seconds:.0f} s of waiting"
            )

    def start_renewing(self) -> None:
        """Renew the lease from now on, every thirty seconds, until it is released."""
        self._renewal = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._renewal.start()

    def write_journal(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write down what the tenant has now, before it is changed; nothing where it is as it was again."""
        with self._lock:
            store_in_lock(self._tenant, self.user_id, JOURNAL, json.dumps(list(entries)) if entries else None)
        self._open = list(entries)

    def restore_journal(self) -> None:
        """Put back what an earlier scenario could not; `NotRestored` where it still cannot be: the journal stays."""
        if self._open:
            restore(self._tenant, self._open)
            self.write_journal([])

    def release(self, *, sweeps: bool) -> int:
        """Let go; `sweeps`: remove first whom this run left behind. Returns how many those were.

        `NotRestored` where a setting is still not as it was: lease and journal stay, for the next run.
        """
        self.stop_renewing()
        if not self.user_id or self.lost:
            return 0
        removed = 0
        held = self._find(EMAIL)
        if held is not None and held.get("user_id") == self.user_id:
            removed = self._sweep(held) if sweeps else 0
            self.restore_journal()
            self._tenant.management.delete_user(self.user_id)
        self.user_id = ""
        return removed

    def stop_renewing(self) -> None:
        """Let the lease run out by itself."""
        self._ended.set()
        if self._renewal is not None:
            self._renewal.join()

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            try:
                with self._lock:
                    self._tenant.management.set_app_metadata(self.user_id, {KEY: self._note(LIFE_SECONDS)})
            except TenantFault:
                self.lost = True
                return
            except Inconclusive:
                continue  # the next one may get through, before the lease has run out

    def _take_over(self, old: User) -> str | None:
        """Put back and sweep what a dead run left, and take its place; None where another run is at it."""
        claims = self._claim(old)
        if claims is None:
            return None
        self._say(f"taking over from {_whose(old)}, which did not end properly")
        try:
            entries = json.loads(_metadata(old).get(JOURNAL) or "[]")
            restore(self._tenant, entries)
            removed = self._sweep(old)
            self._tenant.management.delete_user(str(old["user_id"]))
            made = self._make(EMAIL, LIFE_SECONDS)
        finally:
            # Where something could not be put back, the old lease stays with its journal, for whoever can.
            for claim in claims:
                self._tenant.management.delete_user(claim)
        self._say(f"put back {len(entries)} settings, removed {removed} users")
        return made

    def _claim(self, old: User) -> list[str] | None:
        """Be the one who takes over: whoever makes this user is. Returns the ids to remove when it is done.

        A takeover that died on its way is itself taken over, in the same manner.
        """
        email = f"takeover-{str(old['user_id']).replace('|', '-')}@{EMAIL_DOMAIN}"
        if made := self._make(email, TAKEOVER_SECONDS):
            return [made]
        other = self._find(email)
        if other is None or not self._has_expired(other):
            return None
        further = self._claim(other)
        return None if further is None else [str(other["user_id"]), *further]

    def _sweep(self, lock: User) -> int:
        """Remove everybody whom the lease's run may have made: address by address, and only who carries its mark."""
        run, removed = str(_note_of(lock).get("run")), 0
        for key, count in _metadata(lock).items():
            if key.startswith(USERS) and isinstance(count, int):
                for number in range(count):
                    removed += self._remove(address(run, int(key.removeprefix(USERS)), number), run)
        return removed

    def _remove(self, email: str, run: str) -> int:
        theirs = [
            user for user in self._tenant.management.users_by_email(email) if (mark_of(user) or {}).get("run") == run
        ]
        for user in theirs:
            self._tenant.management.delete_user(str(user["user_id"]))
        return len(theirs)

    def _make(self, email: str, life: int) -> str | None:
        """Make a user who stands for something; None where there is one already."""
        # Drawn no earlier: while it waited, another run used numbers.
        self.number_block = block_at(self._tenant.clock.now())
        return self._tenant.management.create_user_if_absent(
            {
                "connection": self._tenant.profile.connection,
                "email": email,
                # Nobody signs in as this user, and nobody knows how.
                "password": Secret(f"{secrets.token_urlsafe(32)}aA1!", "password of the lock user"),
                "email_verified": True,
                "verify_email": False,
                "app_metadata": {KEY: self._note(life)},
            }
        )

    def _find(self, email: str) -> User | None:
        """Return the user of that address, ours by its mark; somebody else's is never touched."""
        found = self._tenant.management.users_by_email(email)
        return next((user for user in found if mark_of(user) is not None), None)

    def _note(self, life: int) -> dict[str, Value]:
        expires_at = int(self._tenant.clock.now()) + life
        return {
            "suite": SUITE, "run": self._run, "owner": _owner(), "expires_at": expires_at,
            "number_block": self.number_block,
        }  # fmt: skip

    def _has_expired(self, user: User) -> bool:
        return float(_note_of(user).get("expires_at", 0)) < self._tenant.clock.now()


def store_in_lock(tenant: Tenant, lock_owner: str, key: str, value: Value) -> None:
    """Write something down with a lease, under a key of its own; `Inconclusive` where it is ours no longer."""
    try:
        tenant.management.set_app_metadata(lock_owner, {key: value})
    except TenantFault as fault:
        raise Inconclusive(Cause.LOCK_HELD, f"this run no longer holds the tenant: {fault}") from None


def sweep_expired(tenant: Tenant, *, dry_run: bool, say: Callable[[str], None]) -> int:
    """Remove everybody who carries the mark and has expired; somebody without the mark is never touched.

    Returns how many there were. It searches, so who was made a moment ago may not be seen yet.
    """
    count = 0
    for user in tenant.management.users_in(tenant.profile.connection):
        note = mark_of(user)
        if note is None or float(note.get("expires_at", 0)) > tenant.clock.now():
            continue
        if _metadata(user).get(JOURNAL):
            say(f"{user['email']} holds a journal: the next run puts it back, and removes it")
            continue
        count += 1
        say(f"{'would remove' if dry_run else 'removing'} {user['email']} of run {note.get('run')}")
        if not dry_run:
            tenant.management.delete_user(str(user["user_id"]))
    return count


def _owner() -> str:
    """Say who runs this: the CI's own address of the job where there is one, else the machine."""
    names = ("CI_JOB_URL", "BUILD_URL", "GITHUB_RUN_ID")
    return next((os.environ[name] for name in names if os.environ.get(name)), platform.node() or "a machine")


def _metadata(user: User) -> Mapping[str, Any]:
    found = user.get("app_metadata")
    return found if isinstance(found, dict) else {}


def _note_of(user: User) -> Mapping[str, Any]:
    found = _metadata(user).get(KEY)
    return found if isinstance(found, dict) else {}


def _whose(user: User) -> str:
    note = _note_of(user)
    return f"run {note.get('run')} of {note.get('owner')}"


class RunLock:
    """One run's lock on its tenant; nothing at all where the tenant is only read."""

    def __init__(self, profile: Profile, run: str, say: Callable[[str], None]) -> None:
        """Prepare; `take` takes it."""
        self._profile = profile
        # Requests of its own: it is kept alive beside the scenarios.
        self._tenant = Tenant(profile, HttpDevices(profile.ca_bundle))
        self.lock = TenantLock(self._tenant, run, say)

    def acquire(self, wait_seconds: float) -> None:
        """Take the lease, and keep it alive."""
        if self._profile.mode != "read-only":
            self.lock.acquire(wait_seconds)
            self.lock.start_renewing()

    @property
    def is_lost(self) -> bool:
        """Whether another run took the tenant over meanwhile: nothing that was met since is sure."""
        return self.lock.lost

    def release(self, *, sweeps: bool) -> tuple[int, str | None]:
        """Let go; return how many users were still removed, and what went wrong, in words."""
        try:
            if self.is_lost:
                return 0, None
            return self.lock.release(sweeps=sweeps), None
        except (TenantFault, Inconclusive, NotRestored) as trouble:
            return 0, f"the lease was not given back, and the next run takes it over: {trouble}"
        finally:
            self._tenant.close()

    def abandon(self) -> None:
        """Leave the lease as it is: it runs out, and the next run takes over."""
        self.lock.stop_renewing()
        self._tenant.close()
