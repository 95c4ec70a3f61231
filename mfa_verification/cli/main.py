"""The command `mfa-verify` with its exit codes, and its subcommands `browser` and `sweep`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mfa_verification import __version__
from mfa_verification.cli.command import fail, guarded, say, tenant_command
from mfa_verification.cli.phones import phones
from mfa_verification.core.outcome import Inconclusive, ProviderMisconfigured, TenantFault
from mfa_verification.guard.tenant_lock import sweep_expired
from mfa_verification.login.browser import BrowserUnavailable, LoginBrowser
from mfa_verification.settings.profile import Profile, ProfileError

DEBIAN = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium-headless-shell"],
]
PLAYWRIGHT = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]


@click.group()
def browser() -> None:
    """Manage the browser that signs in."""


@browser.command()
def install() -> int:
    """Find a browser, or install one.

    On Debian, as root, that is Debian's own; otherwise it is Playwright's.
    """
    if _missing() is None:
        return 0
    what, commands = _installer()
    say(f"no browser was found; installing {what}")
    for command in commands:
        if subprocess.run(command, check=False).returncode != 0:
            break
    if reason := _missing():
        return fail(4, reason)
    return 0


def _missing() -> str | None:
    """Return why no browser starts, or None where one does."""
    found = LoginBrowser(os.environ.get("BROWSER_PATH"), os.environ.get("BROWSER_WS_ENDPOINT"), [])
    try:
        found.start()
    except (BrowserUnavailable, Inconclusive) as missing:
        return f"{missing}; if libraries are missing, run `playwright install-deps chromium` as root"
    finally:
        found.close()
    return None


def _installer() -> tuple[str, list[list[str]]]:
    if _is_debian() and os.geteuid() == 0 and shutil.which("apt-get"):
        return "Debian's chromium-headless-shell (apt-get)", DEBIAN
    return "Playwright's own headless Chromium", PLAYWRIGHT


def _is_debian() -> bool:
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


@click.command()
@tenant_command
def sweep(profile: Profile, root: Path, dry_run: bool) -> None:
    """Remove test users that killed runs left."""
    with guarded(profile, root) as tenant:
        count = sweep_expired(tenant, dry_run=dry_run, say=say)
    say(f"{count} users {'would be ' if dry_run else ''}removed from {profile.domain}")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Prepare this machine and a tenant for `pytest features`, and clean up."""


for command in (browser, phones, sweep):
    commands.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, with one line for an error.

    1: the tenant refused; 2: Ctrl-C; 4: a mistake in the command or a setting; 75: something is down.
    """
    try:
        return commands.main(arguments, prog_name="mfa-verify", standalone_mode=False) or 0
    except click.ClickException as mistake:
        mistake.show()
        return 4
    except click.Abort:
        return fail(2, "interrupted")
    except (ProfileError, ProviderMisconfigured) as mistake:
        return fail(4, str(mistake))
    except Inconclusive as error:
        return fail(75, f"{error.cause}: {error}")
    except TenantFault as fault:
        return fail(1, f"{fault.cause}: {fault}")
