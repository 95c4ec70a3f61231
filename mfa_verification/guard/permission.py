"""Checks that the suite may use a tenant: the allow-list names it, and its marker says that it is for tests."""

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
"""How many users the connection of a test tenant may have, unless the allow-list says otherwise."""


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the allow-list: what may be done to a tenant."""

    mode: Literal["full", "read-only"] = "full"
    custom_domain: str | None = None
    users: Annotated[int, msgspec.Meta(ge=0)] = MANY
    sms_messages: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """How many SMS messages a run may send; None: no limit."""


def check_allowed(profile: Profile, allow_list: Path) -> Allowed:
    """Return what `tenants.toml` allows. Raises `ProfileError` unless it lists the domain, or the domain is loopback.

    The custom domain must stand there too. A tenant that is read-only there must be read-only in the settings.
    """
    listed = allowed_tenants(allow_list)
    here = is_loopback(profile.domain)
    if here:
        _check_test_controls(profile, here=True)
        # An unknown host is reported by the check of hosts.
        if profile.custom_domain and not is_loopback(profile.custom_domain) and addresses_of(profile.custom_domain):
            raise ProfileError(
                f"AUTH0_DOMAIN is on this machine, but AUTH0_CUSTOM_DOMAIN, {profile.custom_domain}, is not"
            )
        return Allowed()
    if profile.domain not in listed:
        raise ProfileError(
            f"{profile.domain} is not in {allow_list.name}, which lists the tenants that may be tested: "
            f'add ["{profile.domain}"] there if it is a test tenant'
        )
    _check_test_controls(profile, here=False)
    allowed = listed[profile.domain]
    if profile.custom_domain != allowed.custom_domain and profile.custom_domain is not None:
        raise ProfileError(
            f"AUTH0_CUSTOM_DOMAIN is {profile.custom_domain}, but {allow_list.name} does not name it as the custom "
            f"domain of {profile.domain}: check that all settings belong to one tenant"
        )
    if allowed.mode == "read-only" and profile.mode != "read-only":
        raise ProfileError(f"{allow_list.name} allows only reading {profile.domain}: set TENANT_MODE=read-only")
    return allowed


def allowed_tenants(file: Path) -> dict[str, Allowed]:
    """Return the allow-list by domain. Raises `ProfileError` where the file cannot be read."""
    try:
        tables = tables_in(file, f"the list of allowed tenants, {file.name},")
        return {domain.lower(): _entry(file, domain, table) for domain, table in tables.items()}
    except TomlMistake as mistake:
        raise ProfileError(str(mistake)) from None


def _entry(file: Path, domain: str, table: object) -> Allowed:
    try:
        return read_as(Allowed, table, f'{file.name}: ["{domain}"]')
    except TomlMistake as mistake:
        # `[tenant.eu.auth0.com]` without quotes is four nested tables.
        raise TomlMistake(str(mistake) + ("" if "." in domain else " (is the domain in quotes?)")) from None


def is_loopback(domain: str) -> bool:
    """Return whether all addresses of the domain are loopback addresses."""
    found = addresses_of(domain)
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)


def addresses_of(domain: str) -> set[str]:
    """Return the addresses that a domain resolves to; none where it does not."""
    where = urlsplit(f"//{domain}")
    try:
        found = socket.getaddrinfo(where.hostname, where.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(address[4][0]) for address in found}


def _check_test_controls(profile: Profile, *, here: bool) -> None:
    """Test controls on this machine belong only to a tenant on this machine."""
    if profile.test_controls_url and is_loopback(urlsplit(profile.test_controls_url).netloc) != here:
        raise ProfileError(
            f"TEST_CONTROLS_URL and AUTH0_DOMAIN, {profile.domain}, belong to different tenants: "
            "only one of them is on this machine"
        )


_PRODUCTION = re.compile(r"(?<![a-z])(prod|production|live)(?![a-z])", re.IGNORECASE)


def check_words(mode: str, **names: str | None) -> None:
    """Raise `ProfileError` where a name contains a word for production and the tenant is not read-only."""
    for where, name in names.items():
        if mode != "read-only" and name and (found := _PRODUCTION.search(name)):
            raise ProfileError(
                f"the {where.replace('_', ' ')} is {name}, and '{found[0]}' suggests production, where the suite does "
                "not write: set TENANT_MODE=read-only to read it"
            )


def sms_costs_money(profile: Profile) -> bool:
    """Return whether SMS messages go through a carrier, which charges for them."""
    return factory_of(profile.phone_provider).carrier


def check_budget(estimate: int, profile: Profile, allow_list: Path, given: int | None) -> str:
    """Return the estimate in words. Raises `ProfileError` where it exceeds the budget.

    `given` is the budget of the command line. Without it the allow-list's limit is used, if there is one.
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
    """Return the marker's value; it names its tenant, so that a copied configuration allows no other."""
    return f"allowed:{domain}"


def check_redirects(tenant: Tenant) -> None:
    """Raise `ProfileError` where a host of the tenant redirects, or names another host as its issuer."""
    for host, response in tenant.openid_configurations():
        if 300 <= response.status < 400:
            raise ProfileError(f"{host} redirects to another host: give the tenant's own domain")
        said = response.body.get("issuer") if isinstance(response.body, dict) else None
        if isinstance(said, str) and urlsplit(said).netloc.lower() not in ("", host):
            raise ProfileError(
                f"the issuer of {host} is {urlsplit(said).netloc}: check AUTH0_DOMAIN and AUTH0_CUSTOM_DOMAIN"
            )


def check_scopes(scopes: frozenset[str]) -> None:
    """Raise `ProfileError` for a scope with which irreversible changes are possible."""
    for scope in sorted(scopes):
        if scope in DANGEROUS or scope.endswith(DANGEROUS_ENDS):
            raise ProfileError(
                f"the application of AUTH0_MANAGEMENT_CLIENT_ID has the scope {scope}, which is dangerous and "
                "not needed: remove it on the Management API"
            )


def check_token(tenant: Tenant) -> None:
    """Raise `ProfileError` unless issuer and audience of the Management API token are this tenant's."""
    issuer, audience = tenant.administrator_token_claims()
    domain = tenant.profile.domain
    if urlsplit(issuer).netloc.lower() != domain or f"https://{domain}/api/v2/" not in audience:
        raise ProfileError(f"the management application's token was issued by {issuer or 'no one'}, not by {domain}")


def check_may_be_written(tenant: Tenant, allowed: Allowed) -> None:
    """Raise `ProfileError` unless the applications carry the marker and the connection is only for tests."""
    check_words(tenant.profile.mode, tenants_name=tenant.name)
    for application in tenant.profile.applications:
        _check_marked(tenant, application.client_id, f"the {application.name}")
    connection = tenant.management.connection(tenant.profile.connection)
    if connection is None:
        raise ProfileError(
            f"AUTH0_CONNECTION is {tenant.profile.connection}, but the tenant has no connection with that name "
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
        raise ProfileError(f"{whose} ({client_id}) cannot be read, so its marker cannot be checked") from None
    found = settings.client_metadata.get(MARKER)
    if found == wanted:
        return
    other = f"is '{found}'" if found else "is missing"
    raise ProfileError(
        f"the marker of {whose} ({settings.name}) {other}: the suite writes only to tenants that carry it; "
        f"set {MARKER} = {wanted} (Applications > Advanced Settings > Application Metadata)"
    )


def _check_users(tenant: Tenant, allowed: Allowed) -> None:
    name = tenant.profile.connection
    total, emails = tenant.management.count_and_emails_in(name)
    if total > allowed.users:
        raise ProfileError(
            f"the connection {name} has {total} users, more than the {allowed.users} of a test tenant: use another "
            "connection, or raise `users` in tenants.toml"
        )
    for email in emails:
        if not is_reserved(email):
            raise ProfileError(
                f"a user in the connection {name} has an e-mail address outside {EMAIL_DOMAIN}: "
                "give the suite a connection of its own"
            )
