"""`python -m mfa_verification.phones install --tenant NAME [--dry-run]`: texts of a tenant go to the inbox.

`uninstall` puts back what was there. Both want the application of `AUTH0_DEPLOY_CLIENT_ID`.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.guard.allow_list import is_loopback
from mfa_verification.guard.command import guarded
from mfa_verification.guard.hold import Hold
from mfa_verification.guard.preflight import browser_for
from mfa_verification.outcome import Inconclusive, TenantFault
from mfa_verification.phones.inbox import TOKEN, URL, InboxProvider
from mfa_verification.phones.installation import NEEDED, SCOPES, Installation, trigger_of
from mfa_verification.phones.numbers import expression_of
from mfa_verification.phones.provider import ProviderMisconfigured
from mfa_verification.profile import Profile, ProfileError, profile_from, read_settings
from mfa_verification.secret import Secret


def main(arguments: Sequence[str] | None = None) -> int:
    """Do it, and return 0; 1 where the tenant refused, 4 where a setting must be mended, 75 where something is down."""
    parser = argparse.ArgumentParser(prog="python -m mfa_verification.phones")
    parser.add_argument("command", choices=["install", "uninstall"])
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tenant", metavar="NAME")
    where.add_argument("--env-file", metavar="PATH", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    given = parser.parse_args(arguments)
    try:
        root = Path.cwd()
        profile = profile_from(*read_settings(given.tenant, given.env_file, os.environ, root))
        return _run(profile, root, installs=given.command == "install", dry_run=given.dry_run)
    except (ProfileError, ProviderMisconfigured, ValueError) as mistake:
        return _give_up(4, str(mistake))
    except Inconclusive as trouble:
        return _give_up(75, f"{trouble.cause}: {trouble}")
    except TenantFault as fault:
        return _give_up(1, f"{fault.cause}: {fault}")


def _run(profile: Profile, root: Path, *, installs: bool, dry_run: bool) -> int:
    deploy_profile = _as_deploy(profile)
    with guarded(profile, root) as tenant:
        known = _secrets(profile) if installs else {}
        trigger = trigger_of(tenant.management)
        deploy = Tenant(deploy_profile, browser_for(profile))
        hold = Hold(profile, browser_for(profile), f"mfa-{secrets.token_hex(4)}", _say)
        try:
            work = Installation(deploy.management, trigger, _say, dry_run=dry_run)
            _check_deploy(deploy, trigger)
            if not dry_run:
                # A run that is under way must not lose its texts.
                hold.take(0)
            if installs:
                work.install(known)
                _say(f"{'would be ' if dry_run else ''}installed: {profile.domain} hands its texts over to the inbox")
            elif work.uninstall():
                _say(f"{'would be ' if dry_run else ''}uninstalled: {profile.domain} sends as it did before")
            else:
                _say(f"nothing is installed at {profile.domain}")
        finally:
            _, trouble = hold.let_go(sweeps=False)
            deploy.close()
            if trouble:
                _say(trouble)
    return 0


def _as_deploy(profile: Profile) -> Profile:
    if profile.deploy_client_id is None or profile.deploy_client_secret is None:
        raise ProfileError(
            "AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET are not set: name a management application "
            f"that may {', '.join(SCOPES)}"
        )
    return replace(
        profile, management_client_id=profile.deploy_client_id, management_client_secret=profile.deploy_client_secret
    )


def _check_deploy(deploy: Tenant, trigger: str) -> None:
    if refusal := deploy.operator_sign_in().refusal:
        raise ProfileError(f"the tenant refused AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET: {refusal}")
    scopes = deploy.operator_scopes()
    for scope in [*SCOPES, *NEEDED[trigger]]:
        if scope not in scopes:
            raise ProfileError(
                f"the application of AUTH0_DEPLOY_CLIENT_ID lacks the scope {scope}: grant it on the Management API"
            )


def _secrets(profile: Profile) -> dict[str, Secret | str]:
    """What the Action must know; `ProfileError` where the tenant could not reach the inbox."""
    if profile.phone_provider != InboxProvider.name:
        raise ProfileError(
            f"PHONE_PROVIDER is {profile.phone_provider}: what is installed hands texts over to an inbox; "
            "set PHONE_PROVIDER=inbox, PHONE_INBOX_URL and PHONE_INBOX_TOKEN"
        )
    InboxProvider(profile.phone_settings).preflight()
    address = profile.phone_settings[URL]
    parts = urlsplit(address)
    if not is_loopback(profile.domain):
        if is_loopback(parts.netloc):
            raise ProfileError(f"{URL} is on this machine, where {profile.domain} cannot reach it: host the inbox")
        if parts.scheme != "https":
            raise ProfileError(f"{URL} begins with {parts.scheme}://, and codes go there: serve the inbox over https")
    return {
        "INBOX_URL": address,
        "INBOX_TOKEN": Secret(profile.phone_settings[TOKEN], TOKEN),
        "TEST_RECIPIENTS": expression_of(profile.phone_number_pattern),
    }


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _give_up(code: int, message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
