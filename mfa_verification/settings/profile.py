"""The profile: the settings of one tenant, read from one place and checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from mfa_verification.core.outcome import ProviderMisconfigured
from mfa_verification.core.secret import Secret


@dataclass(frozen=True, slots=True)
class SettingNames:
    """The names of the settings that a provider reads."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


NamesOf = Callable[[str], SettingNames]
"""Returns the setting names of a provider. Raises `ProviderMisconfigured` where there is no such provider."""


REQUIRED = (
    "AUTH0_DOMAIN",
    "AUTH0_CONNECTION",
    "AUTH0_MANAGEMENT_CLIENT_ID",
    "AUTH0_MANAGEMENT_CLIENT_SECRET",
    "AUTH0_WEB_CLIENT_ID",
    "AUTH0_WEB_CLIENT_SECRET",
    "AUTH0_WEB_CALLBACK",
    "AUTH0_SPA_CLIENT_ID",
    "AUTH0_SPA_CALLBACK",
    "PHONE_PROVIDER",
)
OPTIONAL = (
    "AUTH0_CUSTOM_DOMAIN",
    "AUTH0_CA_BUNDLE",
    "AUTH0_DEPLOY_CLIENT_ID",
    "AUTH0_DEPLOY_CLIENT_SECRET",
    "AUTH0_OTHER_CLIENT_ID",
    "AUTH0_NATIVE_CLIENT_ID",
    "AUTH0_JWT_CLIENT_ID",
    "AUTH0_JWT_CLIENT_KEY",
    "AUTH0_THIRD_PARTY_CLIENT_ID",
    "AUTH0_OTHER_CONNECTION",
    "TENANT_MODE",
    "TEST_CONTROLS_URL",
    "TEST_CONTROLS_TOKEN",
    "PHONE_NUMBER_PATTERN",
    "PHONE_CODE_PATTERN",
)
# About this machine, not about a tenant: the environment may always set them.
MACHINE = ("BROWSER_PATH", "BROWSER_WS_ENDPOINT")

_HOST = re.compile(
    r"(?=.{1,253}(:|$))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?", re.I
)


class ProfileError(ValueError):
    """A setting that the user must correct; the message is one line that names it and what to do."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application under test (Auth0: client)."""

    name: str
    """"regular web application" or "single-page application", as in the features."""
    client_id: str
    client_secret: Secret | None
    """None for a public application."""
    callback: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The settings of one tenant."""

    domain: str
    """Canonical host, `host` or `host:port`, used for audiences and the Management API."""
    custom_domain: str | None
    ca_bundle: Path | None
    connection: str
    management_client_id: str
    management_client_secret: Secret
    deploy_client_id: str | None
    """A management application with more scopes, for commands that install; no scenario uses it."""
    deploy_client_secret: Secret | None
    applications: tuple[Application, ...]
    mode: str
    test_controls_url: str | None
    test_controls_token: Secret | None
    other_client_id: str | None
    """An application without the MFA grant. It and the next three use a callback of `applications`."""
    native_client_id: str | None
    jwt_client_id: str | None
    jwt_client_key: Secret | None
    """The private key (PEM) with which that application authenticates."""
    third_party_client_id: str | None
    other_connection: str | None
    phone_provider: str
    phone_settings: Mapping[str, str] = field(repr=False)
    phone_number_pattern: str | None
    phone_code_pattern: str | None
    browser_path: str | None
    browser_ws_endpoint: str | None
    headed: bool = False
    """Whether to show the browser, and the milliseconds to wait before each of its actions."""
    slow_mo: float = 0.0

    @property
    def host(self) -> str:
        """Return the host for sign-in, token and MFA requests; `iss` names it."""
        return self.custom_domain or self.domain

    @property
    def mfa_audience(self) -> str:
        """Return the MFA API's audience: canonical domain, trailing slash (AF-API-08, AF-API-11)."""
        return f"https://{self.domain}/mfa/"

    def application(self, name: str) -> Application:
        """Return the application under test with that name."""
        return next(application for application in self.applications if application.name == name)


def read_settings(
    tenant: str | None, env_file: Path | None, environment: Mapping[str, str], root: Path, names_of: NamesOf
) -> tuple[dict[str, str], str]:
    """Return the settings of a named tenant or of an env file, and where they came from in words.

    `tenant` is any name but `local`: `.env.NAME` in `root`, overridden by the environment. `env_file` is read alone; a
    different value in the environment is refused.
    """
    if env_file is not None:
        if not _is_there(env_file):
            raise ProfileError(f"there is no env file {env_file}: give the path of a file with the tenant's settings")
        settings = _read_file(env_file, names_of)
        _refuse_differing(settings, environment, env_file, names_of)
        place = str(env_file)
    else:
        assert tenant is not None
        settings, place = _read_named(tenant, environment, root, names_of)
    machine = {name: environment[name] for name in MACHINE if environment.get(name)}
    return settings | machine, place


def settings_in(environment: Mapping[str, str], names_of: NamesOf) -> list[str]:
    """Return the names of tenant settings in the environment."""
    return [name for name in _names(environment, names_of) if environment.get(name)]


def profile_from(settings: Mapping[str, str], place: str, names_of: NamesOf) -> Profile:
    """Check settings and return the profile. Raises `ProfileError` for the first mistake."""
    _check_present(REQUIRED, settings, place)
    try:
        phone = names_of(settings["PHONE_PROVIDER"])
    except ProviderMisconfigured as unknown:
        raise ProfileError(str(unknown)) from None
    _check_present(phone.required, settings, place)
    _check_pairs(settings, place)

    def optional(name: str) -> str | None:
        return settings.get(name) or None

    def secret(name: str) -> Secret:
        return Secret(settings[name], name)

    def optional_secret(name: str) -> Secret | None:
        return secret(name) if settings.get(name) else None

    return Profile(
        domain=_host(settings["AUTH0_DOMAIN"], "AUTH0_DOMAIN", place),
        custom_domain=_host(custom, "AUTH0_CUSTOM_DOMAIN", place)
        if (custom := optional("AUTH0_CUSTOM_DOMAIN"))
        else None,
        ca_bundle=_ca_bundle(bundle, place) if (bundle := optional("AUTH0_CA_BUNDLE")) else None,
        connection=settings["AUTH0_CONNECTION"],
        management_client_id=settings["AUTH0_MANAGEMENT_CLIENT_ID"],
        management_client_secret=secret("AUTH0_MANAGEMENT_CLIENT_SECRET"),
        deploy_client_id=optional("AUTH0_DEPLOY_CLIENT_ID"),
        deploy_client_secret=optional_secret("AUTH0_DEPLOY_CLIENT_SECRET"),
        applications=(
            Application(
                "regular web application",
                settings["AUTH0_WEB_CLIENT_ID"],
                secret("AUTH0_WEB_CLIENT_SECRET"),
                _url(settings["AUTH0_WEB_CALLBACK"], "AUTH0_WEB_CALLBACK", place),
            ),
            Application(
                "single-page application",
                settings["AUTH0_SPA_CLIENT_ID"],
                None,
                _url(settings["AUTH0_SPA_CALLBACK"], "AUTH0_SPA_CALLBACK", place),
            ),
        ),
        mode=_mode(settings.get("TENANT_MODE") or "full", place),
        test_controls_url=_url(url, "TEST_CONTROLS_URL", place) if (url := optional("TEST_CONTROLS_URL")) else None,
        test_controls_token=optional_secret("TEST_CONTROLS_TOKEN"),
        other_client_id=optional("AUTH0_OTHER_CLIENT_ID"),
        native_client_id=optional("AUTH0_NATIVE_CLIENT_ID"),
        jwt_client_id=optional("AUTH0_JWT_CLIENT_ID"),
        jwt_client_key=optional_secret("AUTH0_JWT_CLIENT_KEY"),
        third_party_client_id=optional("AUTH0_THIRD_PARTY_CLIENT_ID"),
        other_connection=optional("AUTH0_OTHER_CONNECTION"),
        phone_provider=settings["PHONE_PROVIDER"],
        phone_settings={name: settings[name] for name in (*phone.required, *phone.optional) if settings.get(name)},
        phone_number_pattern=optional("PHONE_NUMBER_PATTERN"),
        phone_code_pattern=optional("PHONE_CODE_PATTERN"),
        browser_path=optional("BROWSER_PATH"),
        browser_ws_endpoint=optional("BROWSER_WS_ENDPOINT"),
    )


def _read_named(
    tenant: str, environment: Mapping[str, str], root: Path, names_of: NamesOf
) -> tuple[dict[str, str], str]:
    """Read `.env.NAME`, which may be absent in CI, overridden by the environment."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", tenant):
        raise ProfileError(f"'{tenant}' is not a tenant name: use letters, digits, dots, dashes and underscores")
    file = root / f".env.{tenant}"
    from_file = _read_file(file, names_of) if _is_there(file) else {}
    known_names = _names({**from_file, **environment}, names_of)
    overlay = {name: environment[name] for name in known_names if environment.get(name)}
    if not from_file and not overlay:
        known = sorted(path.name.removeprefix(".env.") for path in root.glob(".env.*") if path.name != ".env.example")
        raise ProfileError(
            f"no tenant is named '{tenant}': there is no .env.{tenant} here and no AUTH0_ setting in the "
            f"environment. Known: {', '.join(['local', *known])}"
        )
    place = f".env.{tenant}" if from_file else "the environment"
    return from_file | overlay, f"{place} or the environment" if from_file and overlay else place


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # a name that is too long
        return False


def _read_file(file: Path, names_of: NamesOf) -> dict[str, str]:
    try:
        values = dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file} cannot be read: {error}") from None
    wanted = [*_names({name: value for name, value in values.items() if value}, names_of), *MACHINE]
    # Other names that look like settings are kept to find misspelled ones.
    return {name: value for name, value in values.items() if value and (name in wanted or _looks_like_one(name))}


def _refuse_differing(
    settings: Mapping[str, str], environment: Mapping[str, str], file: Path, names_of: NamesOf
) -> None:
    for name in _names({**environment, **settings}, names_of):
        if environment.get(name) and environment[name] != settings.get(name):
            raise ProfileError(
                f"{name} in the environment differs from {file}, which is read alone: unset it, or use --tenant NAME"
            )


def _names(settings: Mapping[str, str | None], names_of: NamesOf) -> list[str]:
    """Return the names of all settings, including those of the chosen provider."""
    try:
        chosen = names_of(settings.get("PHONE_PROVIDER") or "inbox")
    except ProviderMisconfigured:
        chosen = SettingNames(())  # reported when the profile is built
    return [*REQUIRED, *OPTIONAL, *chosen.required, *chosen.optional]


def _looks_like_one(name: str) -> bool:
    return name.startswith(("AUTH0_", "TENANT_", "PHONE_"))


def _nearest(name: str, settings: Mapping[str, str]) -> str:
    unknown = [found for found in settings if found not in (*REQUIRED, *OPTIONAL, *MACHINE)]
    near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.85)
    return f" (did you mean {near[0]}?)" if near else ": .env.example says what it means"


def _check_present(names: tuple[str, ...], settings: Mapping[str, str], place: str) -> None:
    for name in names:
        if not settings.get(name):
            raise ProfileError(f"{name} is not set in {place}{_nearest(name, settings)}")


PAIRS = (
    ("TEST_CONTROLS_URL", "TEST_CONTROLS_TOKEN"),
    ("AUTH0_JWT_CLIENT_ID", "AUTH0_JWT_CLIENT_KEY"),
    ("AUTH0_DEPLOY_CLIENT_ID", "AUTH0_DEPLOY_CLIENT_SECRET"),
)


def _check_pairs(settings: Mapping[str, str], place: str) -> None:
    for one, other in PAIRS:
        if bool(settings.get(one)) != bool(settings.get(other)):
            missing = other if settings.get(one) else one
            raise ProfileError(f"{missing} is not set in {place}, but its counterpart is: set both, or neither")


def _host(text: str, name: str, place: str) -> str:
    port = text.partition(":")[2]
    if not _HOST.fullmatch(text) or not 0 <= int(port or 443) <= 65535:
        raise ProfileError(
            f"{name} is '{text}' in {place}: give the host alone, such as tenant.eu.auth0.com (no scheme, no path)"
        )
    return text.lower()


def _url(text: str, name: str, place: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not (parts.netloc or parts.scheme not in ("http", "https")):
        raise ProfileError(f"{name} is '{text}' in {place}: give a whole URL, such as https://app.example.com/callback")
    return text


def _ca_bundle(text: str, place: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ProfileError(
            f"AUTH0_CA_BUNDLE is '{text}' in {place}, but there is no such file: give the path of a PEM file"
        )
    return path.absolute()


def _mode(text: str, place: str) -> str:
    if text not in ("full", "read-only"):
        raise ProfileError(f"TENANT_MODE is '{text}' in {place}: use 'full' or 'read-only'")
    return text
