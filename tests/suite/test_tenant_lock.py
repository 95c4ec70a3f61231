"""Check the tenant lock: one run at a time, and the next run cleans up after a killed run, on any machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, cast

import pytest

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.arrange import (
    apply_settings,
    can_be_restored,
    current_settings,
    has_settings,
    restore,
)
from mfa_verification.core.clock import Deadline, Timer, wait_until
from mfa_verification.core.outcome import Inconclusive
from mfa_verification.guard import tenant_lock
from mfa_verification.guard.tenant_lock import EMAIL, JOURNAL, USERS, TenantLock, store_in_lock
from mfa_verification.login.browser import LoginBrowser
from mfa_verification.phones.numbers import PER_SECOND
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import profile_from
from plugins.catalogue import requirements_of
from tests.running import BY_HTTP, PYTEST, ROOT, environment, verify
from tests.suite.conftest import without, write_settings
from tests.tenant.client import LocalTenant

WEB = "regular web application"


class Jumping:
    """A clock that moves instead of sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timer = Timer(lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def as_deploy(tenant: LocalTenant) -> dict[str, str]:
    """Return the tenant's settings with a management application that has all scopes."""
    return tenant.settings | {
        f"AUTH0_MANAGEMENT_CLIENT_{part}": tenant.settings[f"AUTH0_DEPLOY_CLIENT_{part}"] for part in ("ID", "SECRET")
    }


class LockOwner:
    """A run with its lock and the lines that it printed."""

    def __init__(self, running: LocalTenant, run: str) -> None:
        self.tenant = Tenant(profile_from(as_deploy(running), "the test", setting_names), cast("LoginBrowser", None))
        self.said: list[str] = []
        self.lock = TenantLock(self.tenant, run, self.said.append, Jumping().timer)

    def take(self, wait: float = 0.0) -> None:
        self.lock.acquire(wait)


def users(tenant: LocalTenant) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.management("GET", "/users").json()
    return found


def lock_of(tenant: LocalTenant) -> dict[str, Any]:
    (found,) = [user for user in users(tenant) if user["email"] == EMAIL]
    return found


def let_expire(tenant: LocalTenant) -> None:
    """Let the lock expire."""
    lock = lock_of(tenant)
    note = lock["app_metadata"]["mfa_verification"] | {"expires_at": 1}
    body = {"app_metadata": {"mfa_verification": note}}
    assert tenant.management("PATCH", f"/users/{lock['user_id']}", body).status_code == 200


def test_a_second_run_waits_and_then_names_the_lock_owner(own: LocalTenant) -> None:
    first, second = LockOwner(own, "mfa-first"), LockOwner(own, "mfa-second")
    first.take()
    with pytest.raises(Inconclusive, match=r"run mfa-first of .* has locked this tenant") as held:
        second.take(wait=150)
    assert held.value.cause == "lock-held"
    assert len(second.said) == 1
    first.lock.release(sweeps=False)
    second.take()
    second.lock.release(sweeps=False)
    assert users(own) == []


def test_the_lock_has_the_first_phone_number_and_the_next_run_uses_later_ones(
    own: LocalTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenant_lock, "RENEW_SECONDS", 0.01)
    dead, heir, later = (LockOwner(own, f"mfa-{name}") for name in ("dead", "heir", "later"))
    dead.take()
    made = lock_of(own)["app_metadata"]["mfa_verification"]
    dead.lock.start_renewing()
    wait_until(
        "a renewal", lambda: lock_of(own)["updated_at"] != lock_of(own)["created_at"] or None, Deadline(300), 0.1
    )
    dead.lock.stop_renewing()
    kept = lock_of(own)["app_metadata"]["mfa_verification"]
    assert made["number_block"] == kept["number_block"] == dead.lock.number_block
    let_expire(own)
    own.controls("POST", "/clock", {"seconds": 180})
    heir.take()
    heir.lock.release(sweeps=False)
    own.controls("POST", "/clock", {"seconds": 1})
    later.take()
    assert dead.lock.number_block + 180 * PER_SECOND <= heir.lock.number_block < later.lock.number_block


def test_one_of_two_runs_takes_over_and_restores(own: LocalTenant) -> None:
    dead, one, other = (LockOwner(own, f"mfa-{name}") for name in ("dead", "one", "other"))
    dead.take()
    store_in_lock(dead.tenant, dead.lock.user_id, f"{USERS}0", 10)
    dead.lock.write_journal([{"factor": "otp", "enabled": True}])
    assert own.management("PUT", "/guardian/factors/otp", {"enabled": False}).status_code == 200
    for number, mark in ((0, {"suite": "mfa-verification", "run": "mfa-dead"}), (1, {"run": "another"})):
        user = {
            "connection": own.settings["AUTH0_CONNECTION"], "password": "Xy-12345678",
            "email": f"mfa-dead-w0-{number}@mfa-verification.example.com", "app_metadata": {"mfa_verification": mark},
        }  # fmt: skip
        assert own.management("POST", "/users", user).status_code == 201
    let_expire(own)
    one.take()
    with pytest.raises(Inconclusive):
        other.take()
    assert "taking over from run mfa-dead" in one.said[0]
    assert {"name": "otp", "enabled": True, "trial_expired": False} in own.management("GET", "/guardian/factors").json()
    # A user without the mark of the run is not removed, whatever its address.
    left = [user["email"] for user in users(own)]
    assert sorted(left) == ["lock@mfa-verification.example.com", "mfa-dead-w0-1@mfa-verification.example.com"]
    one.lock.release(sweeps=False)


def test_a_takeover_by_a_killed_run_can_be_taken_over(own: LocalTenant) -> None:
    LockOwner(own, "mfa-dead").take()
    let_expire(own)
    lock = lock_of(own)
    claim = {
        "connection": own.settings["AUTH0_CONNECTION"], "password": "Xy-12345678",
        "email": f"takeover-{lock['user_id'].replace('|', '-')}@mfa-verification.example.com",
        "app_metadata": {"mfa_verification": {"suite": "mfa-verification", "run": "mfa-dead-too", "expires_at": 1}},
    }  # fmt: skip
    assert own.management("POST", "/users", claim).status_code == 201
    third = LockOwner(own, "mfa-third")
    third.take()
    third.lock.release(sweeps=False)
    assert users(own) == []


def test_a_run_on_a_locked_tenant_ends_with_75(own: LocalTenant, tmp_path: Path) -> None:
    LockOwner(own, "mfa-first").take()
    rows = ("features", "--wait-for-lock", "0", *BY_HTTP)
    run = verify(*rows, "--env-file", tmp_path / "tenant.env", reports=tmp_path / "reports")
    assert run.code == 75, run.output
    assert "lock-held: run mfa-first of" in run.verdict["message"]


ANY_SCOPE = "import mfa_verification.guard.preflight as preflight\npreflight.check_scopes = lambda scopes: None\n"
"""Lets a run use a management application with all scopes."""
CHANGING = ("-p", "anything", "features", "-m", "MFA-ENR-004", "-k", "single-page", "--allow-tenant-changes", *BY_HTTP)
"""A scenario that changes the settings of a tenant without test controls."""
MOMENTS = {
    "it locked the tenant": ("POST", "/api/v2/users"),
    "it wrote its journal": ("PATCH", "/api/v2/users/"),
    "it switched a factor off": ("PUT", "/api/v2/guardian/factors"),
    "its user signed in": ("POST", "/u/login"),
    "its user enrolls": ("POST", "/mfa/associate"),
    "its user was removed": ("DELETE", "/api/v2/users/"),
}
"""When a run is killed: after the response to such a request."""
SAMPLE = ("it locked the tenant", "it switched a factor off", "its user was removed")
"""The moments that `make test` runs; `make soak` runs all."""
WAITS = """
import pathlib, time, requests
usual = requests.Session.send
def send(self, request, **options):
    response = usual(self, request, **options)
    if request.method == {method!r} and {path!r} in request.url:
        pathlib.Path("is-there").touch()
        time.sleep(3600)
    return response
requests.Session.send = send
"""
"""Stops a run after that response."""


@pytest.mark.parametrize(
    "moment", [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.soak) for name in MOMENTS]
)
def test_the_next_run_restores_what_a_killed_run_changed(own: LocalTenant, tmp_path: Path, moment: str) -> None:
    """The working directory of the killed run no longer exists."""
    env_file = write_settings(tmp_path / "fixed.env", without(as_deploy(own), "TEST_CONTROLS"))
    before = own.management("GET", "/guardian/factors").json()
    machine = directory_in(tmp_path / "machine", *MOMENTS[moment])
    run_and_kill(machine, env_file)
    shutil.rmtree(machine)
    let_expire(own)
    (tmp_path / "anything.py").write_text(ANY_SCOPE)
    run = verify(
        "-p", "anything", "features/configuration", *BY_HTTP, "--env-file", env_file,
        reports=tmp_path / "reports", PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert own.management("GET", "/guardian/factors").json() == before
    assert users(own) == []
    # The settings are read after the takeover, so restored settings are not reported as wrong.
    assert run.code == 0, run.output


def directory_in(folder: Path, method: str, path: str) -> Path:
    """Create a working directory whose runs wait after that request."""
    folder.mkdir()
    files = ("conftest.py", "controls.toml", "pyproject.toml", "tenants.toml")
    for name in (*files, "fixtures", "mfa_verification", "phone_inbox", "plugins", "steps"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "features", folder / "features")
    (folder / "anything.py").write_text(ANY_SCOPE + WAITS.format(method=method, path=path))
    return folder


def run_and_kill(machine: Path, env_file: Path) -> None:
    """Start a run in that directory, and kill it when it waits."""
    with subprocess.Popen(
        [*PYTEST, *CHANGING, "--env-file", str(env_file), "--reports", "reports"], cwd=machine,
        env=environment(PYTHONPATH=str(machine)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:  # fmt: skip
        until = time.monotonic() + 600
        try:
            while not (machine / "is-there").exists():
                assert process.poll() is None, "the run was over before it could be killed"
                assert time.monotonic() < until, "the run hangs somewhere else"
                time.sleep(0.05)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


NEEDED = sorted({name for one in requirements_of(ROOT / "features").values() for name in one.needs})
RESTORABLE = [name for name in NEEDED if can_be_restored({name: "on"})]


def settings_of(tenant: LocalTenant) -> list[Any]:
    """Return all settings that a scenario may change."""
    paths = ("/guardian/factors", "/guardian/policies", "/guardian/factors/phone/message-types")
    applications = tenant.management("GET", "/clients").json()
    grants = [one | {"grant_types": sorted(one["grant_types"])} for one in applications]  # the order has no meaning
    return [*[tenant.management("GET", path).json() for path in paths], grants]


def test_every_setting_that_a_requirement_needs_can_be_restored_from_the_journal(own: LocalTenant) -> None:
    owner = LockOwner(own, "mfa-here")
    owner.take()
    before = settings_of(own)
    assert "factor.recovery-code" in RESTORABLE
    for name in RESTORABLE:
        for wanted in ("on", "off"):
            owner.lock.write_journal(current_settings(owner.tenant, {name: wanted}, WEB))
            apply_settings(owner.tenant, {name: wanted}, WEB)
            assert has_settings(owner.tenant, {name: wanted}, WEB), name
            written = json.loads(lock_of(own)["app_metadata"][JOURNAL])
            restore(owner.tenant, written)
            assert settings_of(own) == before, name
    owner.lock.write_journal([])
    owner.lock.release(sweeps=False)


def test_a_run_changes_settings_and_restores_them(own: LocalTenant, tmp_path: Path) -> None:
    env_file = write_settings(tmp_path / "fixed.env", without(as_deploy(own), "TEST_CONTROLS"))
    before = own.management("GET", "/guardian/factors").json()
    (tmp_path / "anything.py").write_text(ANY_SCOPE)
    path = str(tmp_path)
    run = verify(*CHANGING, "--env-file", env_file, reports=tmp_path / "reports", PYTHONPATH=path)
    assert run.code == 0, run.output
    assert set(run.verdicts.values()) == {"conforms"}
    assert own.management("GET", "/guardian/factors").json() == before
    assert users(own) == []
    assert run.verdict["users"] == {"created": 1, "removed": 1, "left": 0}
    assert "users: created 1, removed 1, left 0" in run.output
    refused = verify(*CHANGING, "-n", "2", "--env-file", env_file, reports=tmp_path / "reports", PYTHONPATH=path)
    assert refused.code == 4
    assert "--allow-tenant-changes and -n" in refused.output


def test_a_sweep_removes_only_expired_users_of_the_suite(own: LocalTenant, tmp_path: Path) -> None:
    now = int(time.time())
    for name, mark in (
        ("old", {"suite": "mfa-verification", "run": "mfa-x", "expires_at": 1}),
        ("young", {"suite": "mfa-verification", "run": "mfa-y", "expires_at": now + 3600}),
        ("other", None),
    ):
        user = {
            "connection": own.settings["AUTH0_CONNECTION"], "password": "Xy-12345678",
            "email": f"{name}@mfa-verification.example.com",
            **({"app_metadata": {"mfa_verification": mark}} if mark else {}),
        }  # fmt: skip
        assert own.management("POST", "/users", user).status_code == 201
    command = [PYTEST[0], "-m", "mfa_verification", "sweep", "--env-file", str(tmp_path / "tenant.env")]

    def sweep(*more: str) -> str:
        return subprocess.run(
            [*command, *more], cwd=ROOT, env=environment(), text=True, capture_output=True, check=True
        ).stdout

    assert "would remove old@" in sweep("--dry-run")
    assert len(users(own)) == 3
    assert "1 users removed" in sweep()
    assert sorted(user["email"].partition("@")[0] for user in users(own)) == ["other", "young"]


def test_the_journal_is_one_json_text_under_one_key(own: LocalTenant) -> None:
    owner = LockOwner(own, "mfa-x")
    owner.take()
    owner.lock.write_journal([{"factor": "otp", "enabled": True}])
    assert json.loads(lock_of(own)["app_metadata"][JOURNAL]) == [{"factor": "otp", "enabled": True}]
    owner.lock.write_journal([])
    assert JOURNAL not in lock_of(own)["app_metadata"]
