"""Whether a tenant may be touched: the allow-list names it, and it says of itself that it is the one, and for tests."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import TenantFault
from mfa_verification.phones.registry import factory_of
from mfa_verification.settings.profile import Profile, ProfileError
from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in
from mfa_verification.users.directory import EMAIL_DOMAIN, is_reserved

MANY = 100
"""How many users may be in the connection of a tenant for tests, where the list says nothing else."""


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done to a tenant: one table of the list."""

    mode: Literal["full", "read-only"] = "full"
    custom_domain: str | None = None
    users: Annotated[int, msgspec.Meta(ge=0)] = MANY
    sms_messages: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """How many SMS messages a run may cost; None: nobody said."""


def check_allowed(profile: Profile, allow_list: Path) -> Allowed:
    """Return what `tenants.toml` allows; raise `ProfileError` unless the domain is there, exactly, or is this machine.

    A custom domain has to stand beside it, and what is called full here must be called so there.
    """
    listed = allowed_tenants(allow_list)
    here = is_loopback(profile.domain)
    if here:
        _check_control(profile, here=True)
        # One that nobody knows is said where hosts are looked up.
        if profile.custom_domain and not is_loopback(profile.custom_domain) and addresses_of(profile.custom_domain):
            raise ProfileError(
                f"AUTH0_DOMAIN is this machine, and AUTH0_CUSTOM_DOMAIN, {profile.custom_domain}, is not"
            )
        return Allowed()
    if profile.domain not in listed:
        raise ProfileError(
            f"{profile.domain} is not in {allow_list.name}, and nothing is done to a tenant that is not: "
            f'add ["{profile.domain}"] there if it is a tenant for tests'
        )
    _check_control(profile, here=False)
    allowed = listed[profile.domain]
    if profile.custom_domain != allowed.custom_domain and profile.custom_domain is not None:
        raise ProfileError(
            f"AUTH0_CUSTOM_DOMAIN is {profile.custom_domain}, and {allow_list.name} does not say so of "
            f"{profile.domain}: do the settings mix two tenants?"
        )
    if allowed.mode == "read-only" and profile.mode != "read-only":
        raise ProfileError(f"{allow_list.name} allows reading {profile.domain}, no more: set TENANT_MODE=read-only")
    return allowed


def allowed_tenants(file: Path) -> dict[str, Allowed]:
    """Return what is allowed where, by domain; raise `ProfileError` where the file does not say it clearly."""
    try:
        tables = tables_in(file, f"the list of allowed tenants, {file.name},")
        return {domain.lower(): _entry(file, domain, table) for domain, table in tables.items()}
    except TomlMistake as mistake:
        raise ProfileError(str(mistake)) from None


def _entry(file: Path, domain: str, table: object) -> Allowed:
    try:
        return read_as(Allowed, table, f'{file.name}: ["{domain}"]')
    except TomlMistake as mistake:
        # `[tenant.eu.auth0.com]` without quotes is four tables, each in the other.
        raise TomlMistake(str(mistake) + ("" if "." in domain else " (is the domain in quotes?)")) from None


def is_loopback(domain: str) -> bool:
    """Say whether every address that the domain resolves to is this machine's own."""
    found = addresses_of(domain)
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)


def addresses_of(domain: str) -> set[str]:
    """Return what a domain resolves to: nothing, where it does not."""
    where = urlsplit(f"//{domain}")
    try:
        found = socket.getaddrinfo(where.hostname, where.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(address[4][0]) for address in found}


def _check_control(profile: Profile, *, here: bool) -> None:
    """A control API of this machine moves the clock of a tenant on this machine, and of no other."""
    if profile.test_controls_url and is_loopback(urlsplit(profile.test_controls_url).netloc) != here:
        raise ProfileError(
            f"TEST_CONTROLS_URL and AUTH0_DOMAIN, {profile.domain}, are not of one tenant: "
            "one is on this machine, the other is not"
        )


_PRODUCTION = re.compile(r"(?<![a-z])(prod|production|live)(?![a-z])", re.IGNORECASE)


def check_words(mode: str, **names: str | None) -> None:
    """Raise `ProfileError` where a name says production and the tenant may be written to."""
    for where, name in names.items():
        if mode != "read-only" and name and (found := _PRODUCTION.search(name)):
            raise ProfileError(
                f"the {where.replace('_', ' ')} is {name}, and '{found[0]}' speaks of production: nothing is written "
                "there; set TENANT_MODE=read-only to look at it"
            )


def sms_costs_money(profile: Profile) -> bool:
    """Say whether carriers bring the SMS messages of this profile."""
    return factory_of(profile.phone_provider).carrier


def check_budget(estimate: int, profile: Profile, allow_list: Path, given: int | None) -> str:
    """Return the estimate in words; raise `ProfileError` where it is over the budget.

    `given` is that of the command line; else the allow-list's counts; without either there is none.
    """
    listed = allowed_tenants(allow_list).get(profile.domain)
    budget, place = (
        (given, "--sms-budget") if given is not None else (listed.sms_messages if listed else None, allow_list.name)
    )
    if budget is not None and estimate > budget:
        raise ProfileError(
            f"this run may send {estimate} SMS messages, but {place} allows {budget}: select less, or raise it"
        )
    cost = "each is paid for" if sms_costs_money(profile) else "no carrier is involved"
    return f"at most {estimate} SMS messages will be sent ({cost}{'' if budget is None else f'; budget {budget}'})"


MARKER = "mfa_verification"
DANGEROUS_ENDS = (":client_keys", ":client_credentials")
DANGEROUS = ("delete:clients", "delete:connections")


def marker_of(domain: str) -> str:
    """Return what the marker says: it names its tenant, so that a copy on another one is worth nothing."""
    return f"allowed:{domain}"


def check_redirects(tenant: Tenant) -> None:
    """Raise `ProfileError` where the tenant's host sends its callers elsewhere."""
    for host, answer in tenant.openid_configurations():
        if 300 <= answer.status < 400:
            raise ProfileError(f"{host} redirects elsewhere: it is no tenant, or one that has moved")
        said = answer.body.get("issuer") if isinstance(answer.body, dict) else None
        if isinstance(said, str) and urlsplit(said).netloc.lower() not in ("", host):
            raise ProfileError(
                f"{host} calls itself {urlsplit(said).netloc}: do AUTH0_DOMAIN and AUTH0_CUSTOM_DOMAIN mix two tenants?"
            )


def check_scopes(scopes: frozenset[str]) -> None:
    """Raise `ProfileError` for a scope that would let the suite do what cannot be undone."""
    for scope in sorted(scopes):
        if scope in DANGEROUS or scope.endswith(DANGEROUS_ENDS):
            raise ProfileError(
                f"the application of AUTH0_MANAGEMENT_CLIENT_ID has the scope {scope}, which is dangerous and "
                "never needed: take it away on the Management API"
            )


def check_token(tenant: Tenant) -> None:
    """Raise `ProfileError` unless the administrator's token is of this tenant, for its Management API."""
    issuer, audience = tenant.administrator_token_claims()
    domain = tenant.profile.domain
    if urlsplit(issuer).netloc.lower() != domain or f"https://{domain}/api/v2/" not in audience:
        raise ProfileError(f"the token for the management application is of {issuer or 'nobody'}, not of {domain}")


def check_may_be_written(tenant: Tenant, allowed: Allowed) -> None:
    """Raise `ProfileError` unless the tenant carries the marker, and its connection is for tests alone."""
    check_words(tenant.profile.mode, tenants_name=tenant.name)
    for application in tenant.profile.applications:
        _check_marked(tenant, application.client_id, f"the {application.name}")
    connection = tenant.management.connection(tenant.profile.connection)
    if connection is None:
        raise ProfileError(
            f"AUTH0_CONNECTION is {tenant.profile.connection}, and the tenant has no connection of that name "
            "(Authentication > Database)"
        )
    for client_id in sorted(connection.enabled_clients):
        _check_marked(tenant, client_id, f"an application that uses the connection {connection.name}")
    _check_users(tenant, allowed)


def _check_marked(tenant: Tenant, client_id: str, whose: str) -> None:
    wanted = marker_of(tenant.profile.domain)
    try:
        settings = tenant.management.application(client_id)
    except TenantFault:
        raise ProfileError(f"{whose} ({client_id}) cannot be read, so that its marker is not known") from None
    found = settings.client_metadata.get(MARKER)
    if found == wanted:
        return
    other = f"is '{found}'" if found else "is missing"
    raise ProfileError(
        f"the marker of {whose} ({settings.name}) {other}: nothing is written to a tenant that has not asked for it; "
        f"set {MARKER} = {wanted} (Applications > Advanced Settings > Application Metadata)"
    )


def _check_users(tenant: Tenant, allowed: Allowed) -> None:
    name = tenant.profile.connection
    total, emails = tenant.management.count_and_emails_in(name)
    if total > allowed.users:
        raise ProfileError(
            f"{total} users are in the connection {name}, and {allowed.users} are the most: is it one for tests? "
            "(tenants.toml may say `users`)"
        )
    for email in emails:
        if not is_reserved(email):
            raise ProfileError(
                f"somebody in the connection {name} has an e-mail address outside {EMAIL_DOMAIN}: "
                "the suite wants a connection of its own"
            )
