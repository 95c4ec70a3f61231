"""The tenant file: a tenant's configuration in TOML, validated strictly. `default_tenant.toml` is the example."""

from __future__ import annotations

import difflib
import re
import secrets
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local_tenant import messages
from local_tenant.keys import KeyPair, alphanumeric
from local_tenant.messages import PhoneProvider
from local_tenant.model import FACTOR_NAMES, Application

DEFAULT = Path(__file__).with_name("default_tenant.toml")
AppType = Literal["regular_web", "spa", "native", "non_interactive"]
AuthMethod = Literal["none", "client_secret_post", "client_secret_basic", "private_key_jwt"]
APP_TYPES: tuple[str, ...] = get_args(AppType)
AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
"""The methods that the administrator may choose; `private_key_jwt` comes from the tenant file alone."""
Text = messages.Text
_SCOPES_BY_ACTION = {
    "create": "users authentication_methods guardian_enrollment_tickets clients client_keys resource_servers "
    "client_grants connections phone_providers phone_templates client_credentials actions",
    "read": "users authentication_methods sessions refresh_tokens guardian_factors mfa_policies guardian_enrollments "
    "clients client_summary client_keys resource_servers client_grants connections logs logs_users tenant_settings "
    "phone_providers phone_templates grants attack_protection prompts client_credentials actions",
    "update": "client_credentials "
    "users authentication_methods guardian_factors mfa_policies clients client_keys resource_servers "
    "client_grants connections tenant_settings phone_providers phone_templates attack_protection prompts actions",
    "delete": "users authentication_methods guardian_enrollments sessions refresh_tokens clients client_keys "
    "resource_servers client_grants connections phone_providers phone_templates grants client_credentials actions",
}
MANAGEMENT_SCOPES = tuple(f"{action}:{one}" for action, names in _SCOPES_BY_ACTION.items() for one in names.split())
"""Every scope of the Management API that the local tenant knows (AF-MGMT-01)."""


class TenantFileError(ValueError):
    """The tenant file is invalid; the message says where and why."""


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file, with the settings that it allows."""


class Factors(Table, frozen=True, rename="kebab"):
    """The factors that are enabled."""

    sms: bool = False
    push_notification: bool = False
    otp: bool = False
    email: bool = False
    duo: bool = False
    webauthn_roaming: bool = False
    webauthn_platform: bool = False
    recovery_code: bool = False


class ApplicationTable(Table, frozen=True):
    """One application; client id and secret are generated where the file names none."""

    name: Text
    client_id: Text | None = None
    app_type: AppType = "regular_web"
    token_endpoint_auth_method: AuthMethod = "client_secret_post"
    callbacks: list[str] = []
    grant_types: list[str] = []
    management_scopes: list[str] = []
    client_metadata: dict[str, Text] = {}
    public_key: Text | None = None
    first_party: bool = True


class Applications(Table, frozen=True):
    """The applications, by role."""

    web: ApplicationTable
    spa: ApplicationTable
    management: ApplicationTable
    deploy: ApplicationTable | None = None
    other: ApplicationTable | None = None
    native: ApplicationTable | None = None
    jwt: ApplicationTable | None = None
    third_party: ApplicationTable | None = None


class Provider(Table, frozen=True):
    """A custom phone provider."""

    url: Text
    token: Text | None = None


class Protection(Table, frozen=True):
    """Attack protection."""

    brute_force: bool = True
    suspicious_ip_throttling: bool = False
    max_attempts: Annotated[int, msgspec.Meta(ge=1, le=10**6)] = 100
    allowlist: list[str] = []


class RateLimits(Table, frozen=True):
    """Whether rate limits are enforced."""

    enforce: bool = False


class File(Table, frozen=True):
    """The whole file."""

    friendly_name: Text
    connection: Text
    factors: Factors
    applications: Applications
    policy: Literal["never", "all-applications"] = "never"
    other_connection: Text | None = None
    default_directory: Text | None = None
    message_types: tuple[Literal["sms", "voice"], ...] = ("sms",)
    phone_experience: Literal["older", "unified"] = "older"
    messages: messages.Templates = messages.Templates()
    phone_provider: Provider | None = None
    attack_protection: Protection = Protection()
    rate_limits: RateLimits = RateLimits()


@dataclass(frozen=True, slots=True)
class Configuration:
    """The content of a tenant file, with generated client ids and secrets."""

    friendly_name: str
    connection: str
    policy: str
    factors: dict[str, bool]
    applications: dict[str, Application]
    messages: messages.Templates = field(default_factory=messages.Templates)
    phone_provider: PhoneProvider | None = None
    protection: Protection = field(default_factory=Protection)
    enforce_rate_limits: bool = False
    default_directory: str | None = None
    other_connection: str | None = None
    message_types: list[str] = field(default_factory=lambda: ["sms"])
    phone_experience: str = "older"


def read(path: Path) -> str:
    """Return the text of a tenant file. Raises TenantFileError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        why = (reason.strerror or "unreadable").lower()
        raise TenantFileError(f"cannot read the tenant file {path}: {why}") from reason
    except UnicodeDecodeError as reason:
        raise TenantFileError(f"cannot read the tenant file {path}: it is not UTF-8") from reason


def parse(text: str, more_management_scopes: Collection[str] = ()) -> Configuration:
    """Return the configuration of a tenant file, with new client ids and secrets. Raises TenantFileError."""
    try:
        file = msgspec.convert(tomllib.loads(text), File)
    except tomllib.TOMLDecodeError as reason:
        raise TenantFileError(f"the tenant file is not TOML: {reason}") from reason
    except msgspec.ValidationError as reason:
        raise TenantFileError(_error_message(str(reason))) from reason
    if file.other_connection == file.connection:
        raise TenantFileError("other_connection: it must differ from connection")
    factors = msgspec.to_builtins(file.factors)
    return Configuration(
        friendly_name=file.friendly_name,
        connection=file.connection,
        policy=file.policy,
        factors={name: factors[name] for name in FACTOR_NAMES},
        applications=_applications(file.applications, more_management_scopes),
        messages=_messages(file.messages),
        phone_provider=_phone_provider(file.phone_provider),
        protection=file.attack_protection,
        enforce_rate_limits=file.rate_limits.enforce,
        default_directory=file.default_directory,
        other_connection=file.other_connection,
        message_types=list(file.message_types),
        phone_experience=file.phone_experience,
    )


def mark(configuration: Configuration, domain: str) -> None:
    """Put the marker of the allow-list on every application: the suite may verify this tenant."""
    for application in configuration.applications.values():
        application.client_metadata.setdefault("mfa_verification", f"allowed:{domain}")


def _applications(tables: Applications, more_scopes: Collection[str]) -> dict[str, Application]:
    made: dict[str, Application] = {}
    for role in Applications.__struct_fields__:
        table = getattr(tables, role)
        if table is None:
            continue
        application = _application(table, f"applications.{role}")
        for other_role, other in made.items():
            if other.client_id == application.client_id:
                raise TenantFileError(
                    f"applications.{role}.client_id is also the client_id of applications.{other_role}"
                )
        made[role] = application
    granted = made["management"].management_scopes
    granted += [scope for scope in more_scopes if scope not in granted]
    return made


def _application(table: ApplicationTable, where: str) -> Application:
    method, asked = table.token_endpoint_auth_method, table.management_scopes
    for scope in asked:
        if scope not in (*MANAGEMENT_SCOPES, "all"):
            raise TenantFileError(_unknown(f"{where}.management_scopes", scope, (*MANAGEMENT_SCOPES, "all")))
    return Application(
        client_id=table.client_id or alphanumeric(32),
        client_secret=None if method in ("none", "private_key_jwt") else secrets.token_urlsafe(48),
        name=table.name,
        app_type=table.app_type,
        token_endpoint_auth_method=method,
        grant_types=list(table.grant_types),
        callbacks=list(table.callbacks),
        client_metadata=dict(table.client_metadata),
        management_scopes=list(MANAGEMENT_SCOPES if "all" in asked else asked),
        is_first_party=table.first_party,
        key=_key(table, f"{where}.public_key"),
    )


def _key(table: ApplicationTable, where: str) -> KeyPair | None:
    """Return the application's key: the public key of the file, or a new pair."""
    if table.token_endpoint_auth_method != "private_key_jwt":
        if table.public_key is not None:
            raise TenantFileError(f"{where}: only an application with private_key_jwt has a public key")
        return None
    if table.public_key is None:
        return KeyPair()
    try:
        return KeyPair(RSAKey.import_key(table.public_key).as_pem(private=False).decode())
    except (JoseError, ValueError, TypeError) as reason:
        raise TenantFileError(f"{where}: expected an RSA key in PEM") from reason


def _messages(templates: messages.Templates) -> messages.Templates:
    """Fill each changed template once, so that no message fails later."""
    for one in msgspec.structs.fields(templates):
        template = getattr(templates, one.name)
        try:
            if template != one.default:
                messages.render(template, messages.values("123456", "Tenant"))
        except ValueError as reason:
            raise TenantFileError(f"messages.{one.name}: {reason}") from reason
    return templates


def _phone_provider(table: Provider | None) -> PhoneProvider | None:
    """Return the custom provider; without one, messages go to the inbox."""
    if table is None:
        return None
    if urlsplit(table.url).scheme not in ("http", "https") or not urlsplit(table.url).hostname:
        raise TenantFileError("phone_provider.url: expected an address that begins with http:// or https://")
    return PhoneProvider(table.url, table.token)


EXPECTED = {"str": "a string", "bool": "true or false", "int": "a whole number from 1", "array": "a list of strings"}
PROBLEM_AND_PATH = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<path>[^`\[]*)(?P<item>\[.*)?`)?")
UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(.*)`")
INVALID_VALUE = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)
WRONG_TYPE = re.compile(r"Expected `(\w+)")


def _error_message(message: str) -> str:
    """Return where the mistake is and what was expected there, from msgspec's message."""
    found = PROBLEM_AND_PATH.fullmatch(message)
    assert found is not None, message
    problem, path, is_in_list = found["problem"], found["path"] or "", bool(found["item"])
    if matched := UNKNOWN.fullmatch(problem):
        known = [one.encode_name for one in msgspec.structs.fields(_type_at(path))]
        return _unknown(path or "the tenant file", matched[1], known)
    if matched := MISSING.fullmatch(problem):
        return f"{path}.{matched[1]} is missing".removeprefix(".")
    if matched := INVALID_VALUE.fullmatch(problem):
        choices = get_args(_type_at(path))
        if is_in_list:
            return _unknown(path, matched[1], get_args(choices[0]))
        return f"{path}: expected one of {', '.join(choices)}"
    matched = WRONG_TYPE.match(problem)
    assert matched is not None, message
    expected = "a list of strings" if is_in_list else EXPECTED.get(matched[1], "a table")
    return f"{path}: expected {expected}"


def _unknown(where: str, word: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.0)[0]
    return f"{where}: {word!r} is not known; the nearest is {nearest!r}"


def _type_at(path: str) -> Any:
    """Return the type of the setting at a path of the file."""
    kind: Any = File
    for name in path.split(".") if path else ():
        kind = next(one.type for one in msgspec.structs.fields(kind) if one.encode_name == name)
        if type(None) in get_args(kind):
            kind = get_args(kind)[0]
    return kind
