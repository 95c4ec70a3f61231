"""Shared by commands that write to a tenant: options, permission checks and output."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.permission import (
    check_allowed,
    check_may_be_written,
    check_redirects,
    check_token,
    check_words,
)
from mfa_verification.guard.preflight import ALLOW_LIST
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import Profile, ProfileError, profile_from, read_settings

LOCAL = "local"
Act = Callable[[Profile, Path, bool], None]
"""The function of a command: takes profile, folder and whether it is a dry run."""


def tenant_command(act: Act) -> Callable[..., None]:
    """Give a command the options `--tenant`, `--env-file` and `--dry-run`, and pass it the profile."""

    @click.option("--tenant", metavar="NAME", help="Read .env.NAME; the environment overrides it.")
    @click.option("--env-file", metavar="PATH", type=click.Path(path_type=Path), help="Read only this file.")
    @click.option("--dry-run", is_flag=True, help="Only report what would be done.")
    @functools.wraps(act)
    def command(tenant: str | None, env_file: Path | None, dry_run: bool) -> None:
        if (tenant is None) == (env_file is None):
            raise click.UsageError("give either --tenant NAME or --env-file PATH")
        if tenant == LOCAL:
            raise ProfileError(
                "the local tenant of a run ends with the run: start one with "
                "`python -m local_tenant serve --env-file PATH` and give that file"
            )
        root = Path.cwd()
        settings, place = read_settings(tenant, env_file, os.environ, root, setting_names)
        act(profile_from(settings, place, setting_names), root, dry_run)

    return command


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def guarded(profile: Profile, root: Path) -> Iterator[Tenant]:
    """Yield the tenant after the permission checks. Raises `ProfileError` where one fails."""
    if profile.mode == "read-only":
        raise ProfileError("TENANT_MODE is read-only, so the command may not change the tenant")
    allowed = check_allowed(profile, root / ALLOW_LIST)
    check_words(profile.mode, domain=profile.domain, custom_domain=profile.custom_domain)
    # Commands sign no one in, so they need no browser.
    tenant = Tenant(profile, HttpDevices(profile.ca_bundle))
    try:
        check_redirects(tenant)
        if refusal := tenant.administrator_sign_in().refusal:
            raise ProfileError(
                f"the tenant refused AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET: {refusal}"
            )
        check_token(tenant)
        check_may_be_written(tenant, allowed)
        yield tenant
    finally:
        tenant.close()


def fail(code: int, message: str) -> int:
    """Print an error and return the exit code."""
    sys.stderr.write(f"{message}\n")
    return code
