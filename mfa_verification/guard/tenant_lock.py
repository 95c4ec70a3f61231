"""The tenant lock: a user on the tenant that says which run uses it, and what must be restored if the run is killed.

The lock user's metadata hold the lock owner, the journal of changed settings, and which addresses and phone numbers
were used. So a run on another machine can clean up. Creating the user takes the lock: a second run meets a conflict.
The lock expires after two minutes by the tenant's clock and is renewed every thirty seconds.
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
"""Seconds that a takeover may take: it restores settings and removes users, and is not renewed."""
PAUSE = 3.0
JOURNAL = "mfa_journal"
USERS = "mfa_users_"
"""Prefix of the metadata keys, one per worker, that hold how many addresses the worker may have used."""

User = Mapping[str, Any]


class TenantLock:
    """The lock of one run on one tenant."""

    def __init__(self, tenant: Tenant, run: str, say: Callable[[str], None], timer: Timer = MACHINE) -> None:
        """Prepare to lock `tenant` for `run`. No other thread uses `tenant`; `say` reports progress."""
        self.user_id = ""
        self.number_block = 0
        """Where this run's phone numbers begin; chosen when the lock is taken, and stored in it."""
        self.lost = False
        """Whether another run took over meanwhile."""
        self._tenant = tenant
        self._run = run
        self._say = say
        self._timer = timer
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._renewal: threading.Thread | None = None
        self._open: list[Mapping[str, Any]] = []
        """The settings in the journal, which are not yet restored."""

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock, waiting for another run to end. Raises `Inconclusive` if it is still held after the wait."""
        told: list[str] = []
        # The response measures the tenant's time, which the lock needs.
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
                self._say(f"waiting for {told[0]}, which has locked this tenant")
            return None

        deadline = Deadline(wait_seconds, self._timer)
        self.user_id = wait_until("another run to release the tenant lock", attempt, deadline, PAUSE) or ""
        if not self.user_id:
            held = self._find(EMAIL)
            whose = _whose(held) if held else "another run"
            raise Inconclusive(
                Cause.LOCK_HELD, f"{whose} has locked this tenant and did not release it within {wait_seconds:.0f} s"
            )

    def start_renewing(self) -> None:
        """Renew the lock every thirty seconds until it is released."""
        self._renewal = threading.Thread(target=self._renew, name="tenant-lock", daemon=True)
        self._renewal.start()

    def write_journal(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Store the values of settings before they are changed; an empty list clears the journal."""
        with self._lock:
            store_in_lock(self._tenant, self.user_id, JOURNAL, json.dumps(list(entries)) if entries else None)
        self._open = list(entries)

    def restore_journal(self) -> None:
        """Restore the settings in the journal. Raises `NotRestored` where that fails; the journal then stays."""
        if self._open:
            restore(self._tenant, self._open)
            self.write_journal([])

    def release(self, *, sweeps: bool) -> int:
        """Release the lock; `sweeps`: first remove the users that this run left. Returns how many were removed.

        Raises `NotRestored` where a setting cannot be restored; lock and journal then stay for the next run.
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
        """Stop renewing, so that the lock expires."""
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
                continue  # the next renewal may succeed before the lock expires

    def _take_over(self, old: User) -> str | None:
        """Clean up after a killed run and take its lock; None where another run is doing so."""
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
            # Where a setting could not be restored, the old lock stays with its journal.
            for claim in claims:
                self._tenant.management.delete_user(claim)
        self._say(f"restored {len(entries)} settings, removed {removed} users")
        return made

    def _claim(self, old: User) -> list[str] | None:
        """Create the user that reserves the takeover; return the ids to remove afterwards, None if another run has it.

        A takeover that was itself killed is taken over in the same way.
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
        """Remove the users that the lock's run may have created: by address, and only those with its mark."""
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
        """Create the lock user or the takeover user; None where the address is taken."""
        # Chosen now, not earlier: another run used numbers while this one waited.
        self.number_block = block_at(self._tenant.clock.now())
        return self._tenant.management.create_user_if_absent(
            {
                "connection": self._tenant.profile.connection,
                "email": email,
                # No one signs in as this user, and the password is kept nowhere.
                "password": Secret(f"{secrets.token_urlsafe(32)}aA1!", "password of the lock user"),
                "email_verified": True,
                "verify_email": False,
                "app_metadata": {KEY: self._note(life)},
            }
        )

    def _find(self, email: str) -> User | None:
        """Return the user with that address and the suite's mark; users without the mark are never touched."""
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
    """Store a value in the lock user's metadata. Raises `Inconclusive` where this run has lost the lock."""
    try:
        tenant.management.set_app_metadata(lock_owner, {key: value})
    except TenantFault as fault:
        raise Inconclusive(Cause.LOCK_HELD, f"this run has lost the tenant lock: {fault}") from None


def sweep_expired(tenant: Tenant, *, dry_run: bool, say: Callable[[str], None]) -> int:
    """Remove expired users that carry the suite's mark, and no others; return how many there were.

    Auth0's search may not yet find users that were created moments ago.
    """
    count = 0
    for user in tenant.management.users_in(tenant.profile.connection):
        note = mark_of(user)
        if note is None or float(note.get("expires_at", 0)) > tenant.clock.now():
            continue
        if _metadata(user).get(JOURNAL):
            say(f"{user['email']} has a journal: the next run restores its settings and removes it")
            continue
        count += 1
        say(f"{'would remove' if dry_run else 'removing'} {user['email']} of run {note.get('run')}")
        if not dry_run:
            tenant.management.delete_user(str(user["user_id"]))
    return count


def _owner() -> str:
    """Return the lock owner: the URL or id of the CI job, else the name of this machine."""
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
    """The lock of a run and its own connection to the tenant; does nothing where the tenant is read-only."""

    def __init__(self, profile: Profile, run: str, say: Callable[[str], None]) -> None:
        """Prepare the lock; `acquire` takes it."""
        self._profile = profile
        # A connection of its own, since the lock is renewed while scenarios run.
        self._tenant = Tenant(profile, HttpDevices(profile.ca_bundle))
        self.lock = TenantLock(self._tenant, run, say)

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock and keep it renewed."""
        if self._profile.mode != "read-only":
            self.lock.acquire(wait_seconds)
            self.lock.start_renewing()

    @property
    def is_lost(self) -> bool:
        """Return whether another run took over: results since then are uncertain."""
        return self.lock.lost

    def release(self, *, sweeps: bool) -> tuple[int, str | None]:
        """Release the lock; return how many users were still removed, and an error in words."""
        try:
            if self.is_lost:
                return 0, None
            return self.lock.release(sweeps=sweeps), None
        except (TenantFault, Inconclusive, NotRestored) as error:
            return 0, f"the tenant lock was not released; the next run takes it over: {error}"
        finally:
            self._tenant.close()

    def abandon(self) -> None:
        """Stop renewing without releasing: the lock expires, and the next run takes over."""
        self.lock.stop_renewing()
        self._tenant.close()
