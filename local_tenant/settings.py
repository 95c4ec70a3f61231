"""Tenant-wide settings that the administrator may change; a change takes effect at once (AF-APP-04).

Factors, policy, message types and applications are in the store, beside the users.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from local_tenant import messages
from local_tenant.clock import iso
from local_tenant.messages import TRIGGERS, PhoneProvider
from local_tenant.tenant_file import MANAGEMENT_SCOPES, Configuration, Protection

Document = dict[str, Any]
"""A resource as the Management API shows it; rules read the properties that have an effect."""

FIRST_OTHER_LIFETIME = 86_400


def new_id(prefix: str) -> str:
    """Return an id in Auth0's form, such as `cgr_…` or `con_…`."""
    return f"{prefix}_{secrets.token_hex(8)}"


@dataclass
class Connection:
    """A database connection, and the applications for which it is enabled."""

    id: str
    name: str
    strategy: str = "auth0"
    enabled_clients: list[str] = field(default_factory=list)
    more: Document = field(default_factory=dict)
    """`options`, `metadata` and others, kept as given."""


@dataclass
class PhoneSettings:
    """Phone providers and message templates, of the older phone experience and the unified one."""

    experience: str
    selected_provider: str
    twilio: dict[str, str]
    templates: messages.Templates
    providers: dict[str, Document] = field(default_factory=dict)
    """Of the unified experience, by id. Credentials are kept and never shown."""
    branded: dict[str, Document] = field(default_factory=dict)
    """Templates of the unified experience, by id."""


@dataclass
class Settings:
    """All tenant-wide settings of the Management API."""

    domain: str
    tenant: Document
    connections: dict[str, Connection]
    phone: PhoneSettings
    protection: dict[str, Document]
    """By name, such as `brute-force-protection`."""
    prompts: Document
    factor_settings: dict[str, Document] = field(default_factory=dict)
    """By path, such as `duo/settings`. They are kept and have no effect."""
    client_grants: dict[str, Document] = field(default_factory=dict)
    resource_servers: dict[str, Document] = field(default_factory=dict)
    actions: dict[str, Document] = field(default_factory=dict)
    bindings: dict[str, list[Document]] = field(default_factory=dict)
    """By trigger, in their order."""

    @property
    def friendly_name(self) -> str:
        """The tenant's friendly name; without one, the first label of its domain (AF-ENROLL-17)."""
        return str(self.tenant.get("friendly_name") or self.domain.partition(":")[0].partition(".")[0])


def settings_of(configuration: Configuration, domain: str, now: float) -> Settings:
    """Return the initial settings of a tenant."""
    clients = [one.client_id for one in configuration.applications.values()]
    names = [configuration.connection, *([configuration.other_connection] if configuration.other_connection else [])]
    databases = [Connection(new_id("con"), name, enabled_clients=list(clients)) for name in names]
    custom = configuration.phone_provider
    settings = Settings(
        domain=domain,
        tenant=_tenant(configuration),
        connections={one.id: one for one in databases},
        phone=PhoneSettings(
            configuration.phone_experience,
            "auth0",
            {},
            configuration.messages,
        ),
        protection=_protection(configuration.protection),
        prompts={
            "universal_login_experience": "new", "identifier_first": False, "webauthn_platform_first_factor": False,
        },
    )  # fmt: skip
    if custom is not None:
        add_provider(settings, custom, now)
    management = f"https://{domain}/api/v2/"
    settings.resource_servers["management"] = {
        "id": "management", "name": "Auth0 Management API", "identifier": management, "is_system": True,
        "scopes": [{"value": one, "description": one} for one in MANAGEMENT_SCOPES], "signing_alg": "RS256",
        "token_lifetime": FIRST_OTHER_LIFETIME, "token_lifetime_for_web": 7200, "allow_offline_access": False,
        "skip_consent_for_verifiable_first_party_clients": False,
    }  # fmt: skip
    for one in configuration.applications.values():
        if one.management_scopes:
            grant = client_grant(one.client_id, management, list(one.management_scopes))
            settings.client_grants[grant["id"]] = grant
    return settings


def client_grant(client_id: str, audience: str, scope: list[str]) -> Document:
    """Return a client grant: the scopes of an API that an application may request."""
    return {
        "id": new_id("cgr"), "client_id": client_id, "audience": audience, "scope": scope, "subject_type": "client",
    }  # fmt: skip


def _tenant(configuration: Configuration) -> Document:
    return {
        "friendly_name": configuration.friendly_name,
        "flags": {"customize_mfa_in_postlogin_action": False, "mfa_show_factor_list_on_enrollment": False},
        "default_directory": configuration.default_directory or "",
        "phone_consolidated_experience": configuration.phone_experience == "unified",
        "allowed_logout_urls": [],
        "skip_non_verifiable_callback_uri_confirmation_prompt": False,
        "enabled_locales": ["en"],
        "session_lifetime": 168,
        "session_lifetime_in_minutes": 168 * 60,
        "idle_session_lifetime": 72,
        "idle_session_lifetime_in_minutes": 72 * 60,
        "sandbox_version": "22",
    }


def _protection(on: Protection) -> dict[str, Document]:
    return {
        "brute-force-protection": {
            "enabled": on.brute_force, "shields": ["block", "user_notification"], "allowlist": [],
            "mode": "count_per_identifier_and_ip", "max_attempts": 10,
        },
        "suspicious-ip-throttling": {
            "enabled": on.suspicious_ip_throttling, "shields": ["admin_notification", "block"],
            "allowlist": list(on.allowlist),
            "stage": {
                "pre-login": {"max_attempts": on.max_attempts, "rate": 864_000},
                "pre-user-registration": {"max_attempts": 50, "rate": 1_728_000},
            },
        },
        "breached-password-detection": {
            "enabled": False, "shields": [], "admin_notification_frequency": [], "method": "standard",
        },
        "bot-detection": {
            "bot_detection_level": "medium", "challenge_password_policy": "never",
            "challenge_passwordless_policy": "never", "challenge_password_reset_policy": "never", "allowlist": [],
            "monitoring_mode_enabled": False,
        },
        "captcha": {"active_provider_id": "auth_challenge", "auth_challenge": {"fail_open": False}},
    }  # fmt: skip


def add_provider(settings: Settings, custom: PhoneProvider, now: float) -> None:
    """Configure a custom phone provider, with a deployed and bound Action (AF-PHONE-11)."""
    phone, trigger = settings.phone, TRIGGERS[settings.phone.experience]
    phone.selected_provider = "phone-message-hook"
    if phone.experience == "unified":
        provider = {
            "id": new_id("pro"), "tenant": settings.domain, "name": "custom", "channel": "phone", "disabled": False,
            "configuration": {"delivery_methods": ["text", "voice"]}, "credentials": {},
            "created_at": iso(now), "updated_at": iso(now),
        }  # fmt: skip
        phone.providers[str(provider["id"])] = provider
    secrets = {"URL": custom.url} | ({"TOKEN": custom.token} if custom.token else {})
    action = {
        "id": new_id("act"), "name": "phone-provider", "code": "", "runtime": "node22", "dependencies": [],
        "status": "built", "supported_triggers": [{"id": trigger}],
        "secrets": [{"name": name, "value": value} for name, value in secrets.items()],
        "created_at": iso(now), "updated_at": iso(now), "all_changes_deployed": True,
    }  # fmt: skip
    settings.actions[str(action["id"])] = action
    settings.bindings[trigger] = [
        {
            "id": new_id("bin"), "trigger_id": trigger, "display_name": action["name"],
            "action": {"id": action["id"], "name": action["name"]},
        }
    ]  # fmt: skip
