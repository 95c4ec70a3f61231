"""The tenant file: a tenant's configuration in TOML, read strictly. `default_tenant.toml` is the example."""

from __future__ import annotations

import difflib
import secrets
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant import phone_provider, scopes, wording
from local_tenant.key_making import KeyPair
from local_tenant.model import FACTOR_NAMES, Application
from local_tenant.sealed import alphanumeric
from local_tenant.section import Section, TenantFileError

DEFAULT = Path(__file__).with_name("default_tenant.toml")
ROLES = ("web", "spa", "management", "deploy", "other", "native", "jwt", "third_party")
REQUIRED_ROLES = ("web", "spa", "management")
APP_TYPES = ("regular_web", "spa", "native", "non_interactive")
AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
POLICIES = ("never", "all-applications")
MESSAGE_TYPES = ("sms", "voice")
PHONE_EXPERIENCES = ("older", "unified")
OPTIONAL = ("other_connection", "default_directory", "message_types", "phone_experience")
Table = Mapping[str, object]
SECTIONS = {
    "messages": wording.NAMES,
    "phone_provider": ("url", "token"),
    "attack_protection": ("brute_force", "suspicious_ip_throttling", "max_attempts", "allowlist"),
    "rate_limits": ("enforce",),
}
"""Tables that may be missing, and their settings."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What the tenant has on against attacks."""

    brute_force: bool = True
    suspicious_ip_throttling: bool = False
    max_attempts: int = 100
    allowlist: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a tenant file says, with the ids and secrets that were made for it."""

    friendly_name: str
    connection: str
    policy: str
    factors: dict[str, bool]
    applications: dict[str, Application]
    messages: wording.Templates = field(default_factory=wording.Templates)
    phone_provider: phone_provider.PhoneProvider | None = None
    protection: Protection = field(default_factory=Protection)
    enforce_rate_limits: bool = False
    default_directory: str | None = None
    other_connection: str | None = None
    message_types: list[str] = field(default_factory=lambda: ["sms"])
    phone_experience: str = "older"


def read(path: Path) -> str:
    """Return the text of a tenant file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        raise TenantFileError(f"cannot read the tenant file {path}: {_why(reason)}") from reason


def parse(text: str, more_management_scopes: Collection[str] = ()) -> Configuration:
    """Return the configuration that a tenant file describes, with fresh client ids and secrets."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise TenantFileError(f"the tenant file is not TOML: {reason}") from reason
    known = ("friendly_name", "connection", "policy", "factors", "applications", *OPTIONAL, *SECTIONS)
    _refuse_unknown(table, known, "")
    policy = _one_of(table, "policy", POLICIES, "", "never")
    return Configuration(
        friendly_name=_text(table, "friendly_name", ""),
        connection=_text(table, "connection", ""),
        policy=policy,
        factors=_factors(_table(table, "factors", "")),
        applications=_applications(_table(table, "applications", ""), more_management_scopes),
        messages=wording.templates(Section(table, "messages", *SECTIONS["messages"])),
        phone_provider=phone_provider.provider(Section(table, "phone_provider", *SECTIONS["phone_provider"])),
        protection=_protection(Section(table, "attack_protection", *SECTIONS["attack_protection"])),
        enforce_rate_limits=Section(table, "rate_limits", *SECTIONS["rate_limits"]).flag("enforce", False),
        default_directory=_text(table, "default_directory", "") if "default_directory" in table else None,
        other_connection=_other_connection(table),
        message_types=_message_types(table),
        phone_experience=_one_of(table, "phone_experience", PHONE_EXPERIENCES, "", "older"),
    )


def mark(configuration: Configuration, domain: str) -> None:
    """Put the marker on every application: this tenant may be verified."""
    for application in configuration.applications.values():
        application.client_metadata.setdefault("mfa_verification", f"allowed:{domain}")


def _other_connection(table: Table) -> str | None:
    if "other_connection" not in table:
        return None
    name = _text(table, "other_connection", "")
    if name == table["connection"]:
        raise TenantFileError("other_connection: it must differ from connection")
    return name


def _factors(table: Table) -> dict[str, bool]:
    _refuse_unknown(table, FACTOR_NAMES, "factors.")
    for name, on in table.items():
        if not isinstance(on, bool):
            raise TenantFileError(f"factors.{name}: expected true or false")
    return {name: bool(table.get(name, False)) for name in FACTOR_NAMES}


def _applications(table: Table, more_scopes: Collection[str]) -> dict[str, Application]:
    _refuse_unknown(table, ROLES, "applications.")
    missing = [role for role in REQUIRED_ROLES if role not in table]
    if missing:
        raise TenantFileError(f"applications.{missing[0]} is missing")
    made: dict[str, Application] = {}
    for role in ROLES:
        if role not in table:
            continue
        application = _application(_table(table, role, "applications."), f"applications.{role}.")
        for other_role, other in made.items():
            if other.client_id == application.client_id:
                raise TenantFileError(
                    f"applications.{role}.client_id is also the client_id of applications.{other_role}"
                )
        made[role] = application
    granted = made["management"].management_scopes
    granted += [scope for scope in more_scopes if scope not in granted]
    return made


def _application(table: Table, where: str) -> Application:
    keys = (
        "client_id", "name", "app_type", "token_endpoint_auth_method", "callbacks", "grant_types",
        "management_scopes", "client_metadata", "public_key", "first_party",
    )  # fmt: skip
    _refuse_unknown(table, keys, where)
    methods = (*AUTH_METHODS, "private_key_jwt")
    method = _one_of(table, "token_endpoint_auth_method", methods, where, "client_secret_post")
    asked = _texts(table, "management_scopes", where)
    for scope in asked:
        _known(scope, (*scopes.ALL, "all"), f"{where}management_scopes")
    metadata = _table(table, "client_metadata", where) if "client_metadata" in table else {}
    return Application(
        client_id=_text(table, "client_id", where) if "client_id" in table else alphanumeric(32),
        client_secret=None if method in ("none", "private_key_jwt") else secrets.token_urlsafe(48),
        name=_text(table, "name", where),
        app_type=_one_of(table, "app_type", APP_TYPES, where, "regular_web"),
        token_endpoint_auth_method=method,
        grant_types=_texts(table, "grant_types", where),
        callbacks=_texts(table, "callbacks", where),
        client_metadata={key: _text(metadata, key, f"{where}client_metadata.") for key in metadata},
        management_scopes=list(scopes.ALL) if "all" in asked else asked,
        is_first_party=_flag(table, "first_party", where, True),
        key=_key(table, method, where),
    )


def _key(table: Table, method: str, where: str) -> KeyPair | None:
    """Return the application's key: its public half, or a pair where none is given."""
    if method != "private_key_jwt":
        if "public_key" in table:
            raise TenantFileError(f"{where}public_key: only an application with private_key_jwt has one")
        return None
    if "public_key" not in table:
        return KeyPair()
    given = _text(table, "public_key", where)
    try:
        return KeyPair(RSAKey.import_key(given).as_pem(private=False).decode())
    except (JoseError, ValueError, TypeError) as reason:
        raise TenantFileError(f"{where}public_key: expected an RSA key in PEM") from reason


def _message_types(table: Table) -> list[str]:
    given = _texts(table, "message_types", "") if "message_types" in table else ["sms"]
    for one in given:
        _known(one, MESSAGE_TYPES, "message_types")
    return given


def _refuse_unknown(table: Table, known: Collection[str], where: str) -> None:
    for key in table:
        _known(key, known, where.rstrip(".") or "the tenant file")


def _known(word: str, known: Collection[str], where: str) -> None:
    if word not in known:
        nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.0)[0]
        raise TenantFileError(f"{where}: {word!r} is not known; the nearest is {nearest!r}")


def _text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise TenantFileError(f"{where}{key}: expected a text")
    return value


def _one_of(table: Table, key: str, choices: Collection[str], where: str, default: str) -> str:
    value = table.get(key, default)
    if value not in choices:
        raise TenantFileError(f"{where}{key}: expected one of {', '.join(choices)}")
    return str(value)


def _texts(table: Table, key: str, where: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TenantFileError(f"{where}{key}: expected a list of texts")
    return [str(one) for one in value]


def _flag(table: Table, key: str, where: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise TenantFileError(f"{where}{key}: expected true or false")
    return value


def _table(table: Table, key: str, where: str) -> Table:
    value = table.get(key)
    if not isinstance(value, dict):
        raise TenantFileError(f"{where}{key}: expected a table")
    return cast("Table", value)


def _why(reason: OSError | UnicodeDecodeError) -> str:
    return (reason.strerror or "unreadable").lower() if isinstance(reason, OSError) else "it is not UTF-8"


def _protection(section: Section) -> Protection:
    return Protection(
        section.flag("brute_force", True),
        section.flag("suspicious_ip_throttling", False),
        section.whole("max_attempts", 100),
        section.texts("allowlist"),
    )
