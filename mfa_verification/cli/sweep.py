"""`python -m mfa_verification.cli.sweep sweep --tenant NAME [--dry-run]`: removes people whom dead runs left behind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mfa_verification.cli.command import guarded, run, say
from mfa_verification.guard.tenant_lock import sweep_expired
from mfa_verification.settings.profile import Profile


def main(arguments: Sequence[str] | None = None) -> int:
    """Sweep; see `guard.command.run` for the exit codes."""
    return run("mfa_verification.cli.sweep", ["sweep"], arguments, _sweep)


def _sweep(given: argparse.Namespace, profile: Profile, root: Path) -> None:
    with guarded(profile, root) as tenant:
        count = sweep_expired(tenant, dry_run=given.dry_run, say=say)
    say(f"{count} people {'would be ' if given.dry_run else ''}removed from {profile.domain}")


if __name__ == "__main__":
    sys.exit(main())
