"""`mfa-verify phones install` and `uninstall`: send a tenant's SMS messages to the inbox, or as before."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.cli.command import guarded, say, tenant_command
from mfa_verification.configuration.phone_action import NEEDED, SCOPES, Installation, trigger_of
from mfa_verification.core.secret import Secret
from mfa_verification.guard.permission import is_loopback
from mfa_verification.guard.tenant_lock import RunLock
from mfa_verification.login.http_window import HttpDevices
from mfa_verification.phones.inbox import TOKEN, URL, InboxProvider
from mfa_verification.phones.numbers import expression_of
from mfa_verification.settings.profile import Profile, ProfileError


@click.group()
def phones() -> None:
    """Send the SMS messages of a tenant to the inbox.

    Needs the application of AUTH0_DEPLOY_CLIENT_ID.
    """


@phones.command()
@tenant_command
def install(profile: Profile, root: Path, dry_run: bool) -> None:
    """Install the inbox's Action as the tenant's phone provider."""
    _change(profile, root, dry_run, installs=True)


@phones.command()
@tenant_command
def uninstall(profile: Profile, root: Path, dry_run: bool) -> None:
    """Restore the former phone provider."""
    _change(profile, root, dry_run, installs=False)


def _change(profile: Profile, root: Path, dry_run: bool, *, installs: bool) -> None:
    deploy_profile, would = _as_deploy(profile), "would be " if dry_run else ""
    with guarded(profile, root) as tenant:
        known = _secrets(profile) if installs else {}
        trigger = trigger_of(tenant.management)
        deploy = Tenant(deploy_profile, HttpDevices(profile.ca_bundle))
        lock = RunLock(profile, f"mfa-{secrets.token_hex(4)}", say)
        try:
            work = Installation(deploy.management, trigger, say, dry_run=dry_run)
            _check_deploy(deploy, trigger)
            if not dry_run:
                # A run in progress must not lose its SMS messages.
                lock.acquire(0)
            if installs:
                work.install(known)
                say(f"{would}installed: {profile.domain} posts its SMS messages to the inbox")
            elif work.uninstall():
                say(f"{would}uninstalled: {profile.domain} has its former phone provider")
            else:
                say(f"nothing is installed at {profile.domain}")
        finally:
            _, error = lock.release(sweeps=False)
            deploy.close()
            if error:
                say(error)


def _as_deploy(profile: Profile) -> Profile:
    if profile.deploy_client_id is None or profile.deploy_client_secret is None:
        raise ProfileError(
            "AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET are not set: they belong to a management "
            f"application with the scopes {', '.join(SCOPES)}"
        )
    return replace(
        profile, management_client_id=profile.deploy_client_id, management_client_secret=profile.deploy_client_secret
    )


def _check_deploy(deploy: Tenant, trigger: str) -> None:
    if refusal := deploy.administrator_sign_in().refusal:
        raise ProfileError(f"the tenant refused AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET: {refusal}")
    scopes = deploy.administrator_scopes()
    for scope in [*SCOPES, *NEEDED[trigger]]:
        if scope not in scopes:
            raise ProfileError(
                f"the application of AUTH0_DEPLOY_CLIENT_ID lacks the scope {scope}: grant it on the Management API"
            )


def _secrets(profile: Profile) -> dict[str, Secret | str]:
    """Return the Action's secrets. Raises `ProfileError` where the tenant could not reach the inbox."""
    if profile.phone_provider != InboxProvider.name:
        raise ProfileError(
            f"PHONE_PROVIDER is {profile.phone_provider}, but the Action posts SMS messages to an inbox: "
            "set PHONE_PROVIDER=inbox, PHONE_INBOX_URL and PHONE_INBOX_TOKEN"
        )
    InboxProvider(profile.phone_settings).preflight()
    address = profile.phone_settings[URL]
    parts = urlsplit(address)
    if not is_loopback(profile.domain):
        if is_loopback(parts.netloc):
            raise ProfileError(
                f"{URL} is on this machine, which {profile.domain} cannot reach: host the inbox elsewhere"
            )
        if parts.scheme != "https":
            raise ProfileError(
                f"{URL} begins with {parts.scheme}://, but codes are sent there: serve the inbox over https"
            )
    try:
        recipients = expression_of(profile.phone_number_pattern)
    except ValueError as wrong:
        raise ProfileError(str(wrong)) from None
    return {
        "INBOX_URL": address,
        "INBOX_TOKEN": Secret(profile.phone_settings[TOKEN], TOKEN),
        "TEST_RECIPIENTS": recipients,
    }
