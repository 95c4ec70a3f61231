"""The command `mfa-verify`, and what its exit codes say; verifying itself is `pytest features`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from mfa_verification import __version__
from mfa_verification.cli.browser import browser
from mfa_verification.cli.command import at_a_tenant, give_up, guarded, say
from mfa_verification.cli.phones import phones
from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.guard.tenant_lock import sweep_expired
from mfa_verification.settings.profile import Profile, ProfileError


@click.command()
@at_a_tenant
def sweep(profile: Profile, root: Path, dry_run: bool) -> None:
    """Remove people whom dead runs left behind."""
    with guarded(profile, root) as tenant:
        count = sweep_expired(tenant, dry_run=dry_run, say=say)
    say(f"{count} people {'would be ' if dry_run else ''}removed from {profile.domain}")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Prepare this machine and a tenant for `pytest features`, and tidy up behind it."""


for command in (browser, phones, sweep):
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or one line and 1, 2, 4 or 75.

    1 where the tenant refused, 2 after Ctrl-C, 4 where the command or a setting must be mended, 75 where
    something is down.
    """
    try:
        return commands.main(arguments, prog_name="mfa-verify", standalone_mode=False) or 0
    except click.ClickException as mistake:
        mistake.show()
        return 4
    except click.Abort:
        return give_up(2, "interrupted")
    except (ProfileError, ProviderMisconfigured) as mistake:
        return give_up(4, str(mistake))
    except Inconclusive as trouble:
        return give_up(75, f"{trouble.cause}: {trouble}")
    except TenantFault as fault:
        return give_up(1, f"{fault.cause}: {fault}")
