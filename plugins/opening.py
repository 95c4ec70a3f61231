"""Begins a run before pytest collects: reads the settings, runs the preflight, and takes the tenant lock."""

from __future__ import annotations

import os
import secrets
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures.context import RUN, RunContext, interrupt
from mfa_verification.configuration.setting_checks import SettingCheck, SettingChecks
from mfa_verification.core.outcome import Inconclusive, NotRestored, TenantFault
from mfa_verification.core.verdict import Terms, Verdict
from mfa_verification.guard.preflight import browser_for, check_tenant_settings, run_preflight, start_browser
from mfa_verification.guard.tenant_lock import RunLock
from mfa_verification.phones.registry import setting_names
from mfa_verification.reports.publish import clear_pictures, publish
from mfa_verification.settings.local import LocalTenant, LocalTenantNotStarted
from mfa_verification.settings.profile import MACHINE, Profile, ProfileError, profile_from, read_settings, settings_in
from plugins import allure
from plugins.catalogue import CatalogueError
from plugins.closing import OpenRun
from plugins.collect_features import catalogue_of
from plugins.options import with_watch_options
from plugins.selection import records_of
from plugins.step_gate import check_steps

LOCAL = "local"
"""The reserved name of the local tenant."""


@dataclass(frozen=True)
class Source:
    """Where the settings are, in plain values, since workers get it as JSON."""

    tenant: str | None = None
    env_file: str | None = None
    ignores_environment: bool = False
    """Ignore the environment, except for settings of the machine; for the local tenant."""

    def profile(self, root: Path) -> Profile:
        """Read and check the settings. Raises `ProfileError` for the first mistake."""
        names = MACHINE if self.ignores_environment else os.environ
        environment = {name: os.environ[name] for name in names if name in os.environ}
        env_file = Path(self.env_file) if self.env_file else None
        settings, place = read_settings(self.tenant, env_file, environment, root, setting_names)
        return profile_from(settings, place, setting_names)


def is_local(tenant: str | None, env_file: Path | None) -> bool:
    """Return whether the local tenant is meant, by name or by default.

    Raises `ProfileError` where no tenant is named but the environment has tenant settings.
    """
    if tenant == "":
        raise ProfileError("--tenant is empty: give a name")
    if tenant and env_file:
        raise ProfileError("--tenant and --env-file both select a tenant: give only one")
    if tenant or env_file:
        return tenant == LOCAL
    if found := settings_in(os.environ, setting_names):
        raise ProfileError(f"{found[0]} is set but no tenant was named: use --tenant NAME, or unset it")
    return True


def open_run(config: pytest.Config, terms: Terms) -> tuple[OpenRun, Source]:
    """Prepare the reports, read the settings, start the local tenant if meant, and run the preflight.

    Where a mistake ends the run, its record has a message and all resources are released.
    """
    run = OpenRun(config, config.invocation_params.dir / config.option.reports, terms)
    # A CI runner cancels a job with SIGTERM: test users are then removed, too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        publish(run.reports, run.record)
        clear_pictures(run.reports)
    except OSError as error:
        raise pytest.UsageError(f"--reports {run.reports} cannot be written: {error.strerror}") from None
    allure.claim(config, run.reports)
    source = Source()
    with mistakes_end(run):
        check_steps(catalogue_of(config).rows)  # before anything is done to the tenant
        source = _named(run)
        _begin(run, source)
    return run, source


def _named(run: OpenRun) -> Source:
    """Return the named source; the local tenant is started and from then on used by its env file."""
    config = run.config
    tenant, env_file = config.option.tenant, config.option.env_file
    if is_local(tenant, env_file):
        run.local = LocalTenant()
        run.record.tenant = LOCAL
        return Source(env_file=str(run.local.env_file), ignores_environment=True)
    run.record.tenant = tenant or str(env_file)
    return Source(tenant, str(config.invocation_params.dir / env_file) if env_file else None)


def _begin(run: OpenRun, source: Source) -> None:
    config, record = run.config, run.record
    profile = with_watch_options(config, source.profile(config.rootpath))
    record.domain, record.is_local = profile.domain, profile.test_controls_url is not None
    changes = config.option.allow_tenant_changes
    if changes and config.option.numprocesses and not profile.test_controls_url:
        raise ProfileError("--allow-tenant-changes and -n exclude each other: workers would change each other's tenant")
    run.browser, record.notes = run_preflight(profile, config.rootpath, changes=changes)
    if not run.by_http:
        start_browser(run.browser)
    name = f"mfa-{secrets.token_hex(4)}"
    if not config.option.preflight:
        run.lock = RunLock(profile, name, run.say)
        run.lock.acquire(config.option.wait_for_lock)
    setting_checks = check_tenant_settings(profile, run.browser)
    record.configuration = records_of(setting_checks, catalogue_of(config).requirements)
    lock = run.lock.lock if run.lock else None
    block, owner = (lock.number_block, lock.user_id) if lock else (0, "")
    config.stash[RUN] = RunContext(
        name, profile, run.browser, setting_checks, block, owner, may_change=changes, lock=lock
    )


@contextmanager
def mistakes_end(run: OpenRun) -> Iterator[None]:
    """End the run, with one line as its message, for an error before the first scenario."""
    try:
        yield
    except (CatalogueError, ProfileError, LocalTenantNotStarted) as mistake:
        run.end_early(Verdict.USAGE, str(mistake))
    except TenantFault as fault:
        run.end_early(Verdict.NONCONFORMING, f"{fault.cause}: {fault}")
    except Inconclusive as error:
        run.end_early(Verdict.INCONCLUSIVE, f"{error.cause}: {error}")
    except NotRestored as left:
        run.end_early(Verdict.SUITE_ERROR, f"a setting that an earlier run changed could not be restored: {left}")
    except KeyboardInterrupt:
        run.end_early(Verdict.INTERRUPTED, "interrupted before the first scenario")
    except Exception as error:  # the only place: exit code 1 would be about the tenant
        traceback.print_exc()
        run.end_early(Verdict.SUITE_ERROR, f"an error in the suite: {type(error).__name__}")


def for_worker(run: RunContext, source: Source, config: pytest.Config) -> dict[str, Any]:
    """Return what a worker needs; it reads the settings from the same source."""
    return {
        "source": vars(source),
        "run": run.name,
        "block": run.number_block,
        "owner": run.lock_owner,
        "setting_checks": [check.as_json() for check in run.setting_checks.all],
        "allure": config.option.allure_report_dir,
    }


def open_worker(config: pytest.Config, worker: dict[str, Any]) -> None:
    """Set up the run's context in a worker."""
    given = worker["mfa"]
    allure.write_into(config, given["allure"])
    profile = with_watch_options(config, Source(**given["source"]).profile(config.rootpath))
    place = int(worker["workerid"].removeprefix("gw")), int(worker["workercount"])
    setting_checks = SettingChecks(SettingCheck(**one) for one in given["setting_checks"])
    config.stash[RUN] = RunContext(
        given["run"], profile, browser_for(profile), setting_checks, given["block"], given["owner"], place
    )
