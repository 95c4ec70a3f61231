"""`python -m mfa_verification.people sweep --tenant NAME [--dry-run]`: removes people whom dead runs left behind."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mfa_verification.guard.command import guarded
from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.people.lease import sweep_expired
from mfa_verification.profile import Profile, ProfileError, profile_from, read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep, and return 0; 1 where the tenant refused, 4 where a setting must be mended, 75 where it is down."""
    parser = argparse.ArgumentParser(prog="python -m mfa_verification.people")
    parser.add_argument("command", choices=["sweep"])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tenant", metavar="NAME")
    where.add_argument("--env-file", metavar="PATH", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only say who would be removed")
    given = parser.parse_args(arguments)
    try:
        root = Path.cwd()
        profile = profile_from(*read_settings(given.tenant, given.env_file, os.environ, root))
        return _sweep(profile, root, dry_run=given.dry_run)
    except ProfileError as mistake:
        return _give_up(4, str(mistake))
    except Inconclusive as trouble:
        return _give_up(75, f"{trouble.cause}: {trouble}")
    except TenantFault as fault:
        return _give_up(1, f"{fault.cause}: {fault}")


def _sweep(profile: Profile, root: Path, *, dry_run: bool) -> int:
    """The guard holds here as before any run."""
    with guarded(profile, root) as tenant:
        count = sweep_expired(tenant, dry_run=dry_run, say=_say)
    _say(f"{count} people {'would be ' if dry_run else ''}removed from {profile.domain}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _give_up(code: int, message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
