"""A command that writes to a tenant: what each of them understands, its exit codes, and the guard before it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive, TenantFault
from mfa_verification.guard.allow_list import check_allowed, check_words
from mfa_verification.guard.marker import check_may_be_written, check_redirects, check_token
from mfa_verification.guard.preflight import ALLOW_LIST
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.registry import setting_names
from mfa_verification.settings.profile import Profile, ProfileError, profile_from, read_settings
from mfa_verification.settings.provider import ProviderMisconfigured

Act = Callable[[argparse.Namespace, Profile, Path], None]


def run(prog: str, commands: Sequence[str], arguments: Sequence[str] | None, act: Act) -> int:
    """Read the settings that are named, and act; return 0, or one line and 1, 4 or 75.

    1 where the tenant refused, 4 where a setting must be mended, 75 where something is down.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {prog}")
    parser.add_argument("command", choices=commands)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tenant", metavar="NAME")
    where.add_argument("--env-file", metavar="PATH", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    given = parser.parse_args(arguments)
    root = Path.cwd()
    try:
        settings, place = read_settings(given.tenant, given.env_file, os.environ, root, setting_names)
        act(given, profile_from(settings, place, setting_names), root)
    except (ProfileError, ProviderMisconfigured) as mistake:
        return _give_up(4, str(mistake))
    except Inconclusive as trouble:
        return _give_up(75, f"{trouble.cause}: {trouble}")
    except TenantFault as fault:
        return _give_up(1, f"{fault.cause}: {fault}")
    return 0


def say(line: str) -> None:
    """Say what was done."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def guarded(profile: Profile, root: Path) -> Iterator[Tenant]:
    """Give the tenant to a command, once the guard has nothing against it; `ProfileError` where it has."""
    if profile.mode == "read-only":
        raise ProfileError("TENANT_MODE is read-only: nothing is changed there")
    allowed = check_allowed(profile, root / ALLOW_LIST)
    check_words(profile.mode, domain=profile.domain, custom_domain=profile.custom_domain)
    # A command signs nobody in: no browser is looked for.
    tenant = Tenant(profile, HttpDevices(profile.ca_bundle))
    try:
        check_redirects(tenant)
        if refusal := tenant.operator_sign_in().refusal:
            raise ProfileError(
                f"the tenant refused AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET: {refusal}"
            )
        check_token(tenant)
        check_may_be_written(tenant, allowed)
        yield tenant
    finally:
        tenant.close()


def _give_up(code: int, message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return code
