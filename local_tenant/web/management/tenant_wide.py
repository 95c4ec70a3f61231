"""The tenant's settings, prompts, attack protection: documents that are shown and changed as a whole (contract, 7.1, 7.5, 8)."""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable, Mapping

from local_tenant.settings import Document
from local_tenant.tenant import Tenant
from local_tenant.web.management.endpoint import Asked, Endpoint
from local_tenant.web.management.paging import FIELDS
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text, whole

Which = Callable[[Tenant], Document]

TENANT: dict[str, Shape] = {
    "friendly_name": text(most=200), "picture_url": text(), "support_email": text(), "support_url": text(),
    "flags": anything(), "default_directory": text(), "default_audience": text(), "default_redirection_uri": text(),
    "session_lifetime": whole(1), "idle_session_lifetime": whole(1),
    "session_lifetime_in_minutes": whole(1), "idle_session_lifetime_in_minutes": whole(1),
    "enabled_locales": listing(text()),
    "allowed_logout_urls": listing(text()), "sandbox_version": text(), "session_cookie": anything(),
    "sessions": anything(), "oidc_logout": anything(), "change_password": anything(), "guardian_mfa_page": anything(),
    "error_page": anything(), "device_flow": anything(), "customize_mfa_in_postlogin_action": flag(),
    "allow_organization_name_in_authentication_api": flag(), "acr_values_supported": listing(text()),
    "pushed_authorization_requests_supported": flag(), "mtls": anything(), "default_token_quota": anything(),
    "skip_non_verifiable_callback_uri_confirmation_prompt": flag(), "resource_parameter_profile": text(),
    "enable_ai_guide": flag(),
}  # fmt: skip
PROMPTS: dict[str, Shape] = {
    "universal_login_experience": text(one_of=("new", "classic")), "identifier_first": flag(),
    "webauthn_platform_first_factor": flag(),
}  # fmt: skip
SHIELDS = listing(text(one_of=("block", "user_notification", "admin_notification")))
RATE = record({"max_attempts": whole(1, 10**6), "rate": whole(1)})
PROTECTION: dict[str, dict[str, Shape]] = {
    "brute-force-protection": {
        "enabled": flag(), "shields": SHIELDS, "allowlist": listing(text(), most=100), "max_attempts": whole(1, 100),
        "mode": text(one_of=("count_per_identifier_and_ip", "count_per_identifier")),
    },
    "suspicious-ip-throttling": {
        "enabled": flag(), "shields": SHIELDS, "allowlist": listing(text(), most=100),
        "stage": record({"pre-login": RATE, "pre-user-registration": RATE}),
    },
    "breached-password-detection": {
        "enabled": flag(), "shields": SHIELDS, "method": text(one_of=("standard", "enhanced")),
        "admin_notification_frequency": listing(text(one_of=("immediately", "daily", "weekly", "monthly"))),
        "stage": anything(),
    },
    "bot-detection": {
        "bot_detection_level": text(one_of=("low", "medium", "high")), "allowlist": listing(text(), most=100),
        "challenge_password_policy": text(), "challenge_passwordless_policy": text(),
        "challenge_password_reset_policy": text(), "monitoring_mode_enabled": flag(),
    },
    "captcha": {"active_provider_id": text(), **{
        name: anything() for name in ("auth_challenge", "arkose", "hcaptcha", "friendly_captcha",
                                      "recaptcha_enterprise", "recaptcha_v2", "simple_captcha")
    }},
}  # fmt: skip


def document(path: str, thing: str, which: Which, shape: Mapping[str, Shape], does: str) -> tuple[Endpoint, ...]:
    """Two endpoints over one document: what an update leaves out stays, also inside."""

    def show(asked: Asked) -> Document:
        return which(asked.tenant)

    def update(asked: Asked) -> Document:
        _merge(which(asked.tenant), asked.body)
        return which(asked.tenant)

    return (
        Endpoint("GET", path, (f"read:{thing}",), show, query=record(FIELDS)),
        Endpoint("PATCH", path, (f"update:{thing}",), update, does, record(shape, least=1)),
    )


def _merge(kept: Document, given: Document) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(kept.get(name), dict):
            _merge(kept[name], value)
        else:
            kept[name] = value


def _protection(name: str) -> tuple[Endpoint, ...]:
    does = f"Update {name.replace('-', ' ')} settings"
    path = f"/attack-protection/{name}"
    return document(path, "attack_protection", lambda tenant: tenant.settings.protection[name], PROTECTION[name], does)


ENDPOINTS = (
    *document(
        "/tenants/settings", "tenant_settings", lambda tenant: tenant.settings.tenant, TENANT, "Update tenant settings"
    ),
    *document("/prompts", "prompts", lambda tenant: tenant.settings.prompts, PROMPTS, "Update prompt settings"),
    *(endpoint for name in PROTECTION for endpoint in _protection(name)),
)
