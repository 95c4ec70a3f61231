"""The allow-list: a tenant that is not written down there is left alone."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from mfa_verification.phones.registry import factory_of
from mfa_verification.settings.profile import Profile, ProfileError
from mfa_verification.settings.toml_file import TomlMistake, read_as, tables_in

MANY = 100
"""How many people may be in the connection of a tenant for tests, where the list says nothing else."""


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done to a tenant: one table of the list."""

    mode: Literal["full", "read-only"] = "full"
    custom_domain: str | None = None
    people: Annotated[int, msgspec.Meta(ge=0)] = MANY
    texts: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """How many texts a run may cost; None: nobody said."""


def check_allowed(profile: Profile, allow_list: Path) -> Allowed:
    """Return what `tenants.toml` allows; raise `ProfileError` unless the domain is there, exactly, or is this machine.

    A custom domain has to stand beside it, and what is called full here must be called so there.
    """
    listed = allowed_tenants(allow_list)
    here = is_loopback(profile.domain)
    if here:
        _check_control(profile, here=True)
        # One that nobody knows is said where hosts are looked up.
        if profile.custom_domain and not is_loopback(profile.custom_domain) and _addresses(profile.custom_domain):
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
    found = _addresses(domain)
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)


def _addresses(domain: str) -> set[str]:
    where = urlsplit(f"//{domain}")
    try:
        found = socket.getaddrinfo(where.hostname, where.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(address[4][0]) for address in found}


def _check_control(profile: Profile, *, here: bool) -> None:
    """A control API of this machine moves the clock of a tenant on this machine, and of no other."""
    if profile.control_url and is_loopback(urlsplit(profile.control_url).netloc) != here:
        raise ProfileError(
            f"TENANT_CONTROL_URL and AUTH0_DOMAIN, {profile.domain}, are not of one tenant: "
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


def texts_cost_money(profile: Profile) -> bool:
    """Say whether carriers bring the texts of this profile."""
    return factory_of(profile.phone_provider).carrier


def check_budget(estimate: int, profile: Profile, allow_list: Path, given: int | None) -> str:
    """Return the estimate in words; raise `ProfileError` where it is over the budget.

    `given` is that of the command line; else the allow-list's counts; without either there is none.
    """
    listed = allowed_tenants(allow_list).get(profile.domain)
    budget, place = (
        (given, "--sms-budget") if given is not None else (listed.texts if listed else None, allow_list.name)
    )
    if budget is not None and estimate > budget:
        raise ProfileError(
            f"this run may send {estimate} texts, and the budget of {place} is {budget}: select less, or raise it"
        )
    cost = "each is paid for" if texts_cost_money(profile) else "no carrier is involved"
    return f"at most {estimate} texts will be sent ({cost}{'' if budget is None else f'; budget {budget}'})"
