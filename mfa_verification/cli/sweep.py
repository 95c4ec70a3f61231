"""`mfa-verify sweep`: removes people whom dead runs left behind."""

from __future__ import annotations

from pathlib import Path

import click

from mfa_verification.cli.command import at_a_tenant, guarded, say
from mfa_verification.guard.tenant_lock import sweep_expired
from mfa_verification.settings.profile import Profile


@click.command()
@at_a_tenant
def sweep(profile: Profile, root: Path, dry_run: bool) -> None:
    """Remove people whom dead runs left behind."""
    with guarded(profile, root) as tenant:
        count = sweep_expired(tenant, dry_run=dry_run, say=say)
    say(f"{count} people {'would be ' if dry_run else ''}removed from {profile.domain}")
