"""The beginning of a run, before pytest collects: which tenant is meant, what must hold, and the tenant lock."""

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
"""The reserved name of the tenant that comes with the suite."""


@dataclass(frozen=True)
class Source:
    """The place where the settings are; only plain values, as workers get it over a wire."""

    tenant: str | None = None
    env_file: str | None = None
    ignores_environment: bool = False
    """For the local tenant, whatever is exported; what speaks of the machine is read all the same."""

    def profile(self, root: Path) -> Profile:
        """Read and check the settings; raise `ProfileError` for the first mistake."""
        names = MACHINE if self.ignores_environment else os.environ
        environment = {name: os.environ[name] for name in names if name in os.environ}
        env_file = Path(self.env_file) if self.env_file else None
        settings, place = read_settings(self.tenant, env_file, environment, root, setting_names)
        return profile_from(settings, place, setting_names)


def is_local(tenant: str | None, env_file: Path | None) -> bool:
    """Say whether the local tenant is meant: by its name, or because nothing was said.

    Where nothing was said, a setting in the environment is refused: somebody may mean another tenant.
    """
    if tenant == "":
        raise ProfileError("--tenant names nobody: is a variable empty?")
    if tenant and env_file:
        raise ProfileError("--tenant and --env-file both say which tenant is meant: give one of them")
    if tenant or env_file:
        return tenant == LOCAL
    if found := settings_in(os.environ, setting_names):
        raise ProfileError(f"{found[0]} is set but no tenant was named: use --tenant NAME, or unset it")
    return True


def open_run(config: pytest.Config, terms: Terms) -> tuple[OpenRun, Source]:
    """Claim the reports, read the settings, start the local tenant if that is meant, and check our own half.

    Where a mistake ends the run, its record has a message and nothing is held any more.
    """
    run = OpenRun(config, config.invocation_params.dir / config.option.reports, terms)
    # A runner that cancels a job sends SIGTERM: test users are removed then as well.
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
        check_steps(catalogue_of(config).rows)  # a mistake in a feature ends the run before anything is touched
        source = _named(run)
        _begin(run, source)
    return run, source


def _named(run: OpenRun) -> Source:
    """Return the place that was named; the local tenant is started once, and is an env file from then on."""
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
        raise ProfileError("--allow-tenant-changes and -n: workers would change the tenant under each other's feet")
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
    """What keeps a run from its first scenario ends it: one line, which the record has as its message."""
    try:
        yield
    except (CatalogueError, ProfileError, LocalTenantNotStarted) as mistake:
        run.give_up(Verdict.USAGE, str(mistake))
    except TenantFault as fault:
        run.give_up(Verdict.NONCONFORMING, f"{fault.cause}: {fault}")
    except Inconclusive as trouble:
        run.give_up(Verdict.INCONCLUSIVE, f"{trouble.cause}: {trouble}")
    except NotRestored as left:
        run.give_up(Verdict.SUITE_ERROR, f"what a run before changed could not be put back: {left}")
    except KeyboardInterrupt:
        run.give_up(Verdict.INTERRUPTED, "interrupted before the first scenario")
    except Exception as error:  # the one place for it: an exit code of 1 would speak of the tenant
        traceback.print_exc()
        run.give_up(Verdict.SUITE_ERROR, f"the suite itself broke: {type(error).__name__}")


def for_worker(run: RunContext, source: Source, config: pytest.Config) -> dict[str, Any]:
    """Return what a worker needs to go on with the run: it reads the same settings from the same place."""
    return {
        "source": vars(source),
        "run": run.name,
        "block": run.number_block,
        "owner": run.lock_owner,
        "setting_checks": [check.as_json() for check in run.setting_checks.all],
        "allure": config.option.allure_report_dir,
    }


def open_worker(config: pytest.Config, worker: dict[str, Any]) -> None:
    """Take the run over in a worker."""
    given = worker["mfa"]
    allure.write_into(config, given["allure"])
    profile = with_watch_options(config, Source(**given["source"]).profile(config.rootpath))
    place = int(worker["workerid"].removeprefix("gw")), int(worker["workercount"])
    setting_checks = SettingChecks(SettingCheck(**one) for one in given["setting_checks"])
    config.stash[RUN] = RunContext(
        given["run"], profile, browser_for(profile), setting_checks, given["block"], given["owner"], place
    )
