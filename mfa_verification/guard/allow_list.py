"""The allow-list: a tenant that is not written down there is left alone."""

from __future__ import annotations

import ipaddress
import socket
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from mfa_verification.profile import Profile, ProfileError


def check_allowed(profile: Profile, allow_list: Path) -> None:
    """Raise `ProfileError` unless the domain is in `tenants.toml`, exactly, or is this machine itself."""
    if _is_loopback(profile.domain):
        return
    try:
        allowed = tomllib.loads(allow_list.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"the list of allowed tenants, {allow_list.name}, cannot be read: {error}") from None
    if profile.domain not in allowed:
        raise ProfileError(
            f"{profile.domain} is not in {allow_list.name}, and nothing is done to a tenant that is not: "
            f"add [{_quoted(profile.domain)}] there if it is a tenant for tests"
        )


def _is_loopback(domain: str) -> bool:
    """Say whether every address that the domain resolves to is this machine's own."""
    where = urlsplit(f"//{domain}")
    try:
        found = socket.getaddrinfo(where.hostname, where.port or 443, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(address[4][0]).is_loopback for address in found)


def _quoted(domain: str) -> str:
    return f'"{domain}"'
