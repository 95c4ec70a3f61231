"""Tenant-wide settings: factors, policy, tenant settings, prompts, attack protection.

Facts: AF-PHONE-01, AF-PHONE-02, AF-APP-04, AF-APP-05.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from local_tenant.errors import FACTOR_MISSING, TICKET_BODY, USER_MISSING, Refused
from local_tenant.model import FACTOR_NAMES
from local_tenant.settings import Document
from local_tenant.web.management.endpoint import ApiCall, Endpoint, Json
from local_tenant.web.management.resource import document
from local_tenant.web.management.shapes import Shape, anything, flag, listing, record, text, whole

READ, UPDATE = ("read:guardian_factors",), ("update:guardian_factors",)
POLICIES = ("all-applications", "confidence-score")
KEPT: dict[str, dict[str, Shape]] = {
    "push-notification/selected-provider": {"provider": text(one_of=("guardian", "sns", "direct"))},
    "push-notification/providers/sns": {
        "aws_access_key_id": text(), "aws_secret_access_key": text(), "aws_region": text(),
        "sns_apns_platform_application_arn": text(), "sns_gcm_platform_application_arn": text(),
    },
    "push-notification/providers/apns": {"sandbox": flag(), "bundle_id": text(), "p12": text()},
    "duo/settings": {"ikey": text(), "skey": text(), "host": text()},
    "webauthn-roaming/settings": {
        "userVerification": text(), "overrideRelyingParty": flag(), "relyingPartyIdentifier": text(),
    },
    "webauthn-platform/settings": {"overrideRelyingParty": flag(), "relyingPartyIdentifier": text()},
}  # fmt: skip
"""Settings of factors that cannot be enrolled here: kept, without effect."""
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
TICKET = record({
    "user_id": text(), "email": text(form="email"), "send_mail": flag(), "email_locale": text(),
    "factor": text(), "allow_multiple_enrollments": flag(),
})  # fmt: skip


def list_factors(call: ApiCall) -> list[Json]:
    """List all factors, in Auth0's order."""
    on = call.tenant.store.factors
    return [{"name": name, "enabled": on[name], "trial_expired": False} for name in FACTOR_NAMES]


def set_factor(call: ApiCall) -> Json:
    """Enable or disable a factor."""
    name = call.path["name"]
    if name not in FACTOR_NAMES:
        raise Refused(FACTOR_MISSING)
    call.tenant.store.factors[name] = call.body["enabled"]
    call.tenant.log.add("gd_tenant_update")
    return {"enabled": call.tenant.store.factors[name]}


def show_policies(call: ApiCall) -> list[str]:
    """Return an empty list for "never", else the policy; under `confidence-score` no sign-in is risky here."""
    return [] if call.tenant.store.policy == "never" else [call.tenant.store.policy]


def set_policies(call: ApiCall) -> list[str]:
    """Set the policy, or none."""
    call.tenant.store.policy = next(iter(cast("list[str]", call.given)), "never")
    call.tenant.log.add("gd_tenant_update")
    return show_policies(call)


def issue_ticket(call: ApiCall) -> Json:
    """Return an enrollment ticket. No email is sent, and the user chooses the factor."""
    users = call.tenant.store.users
    if "user_id" not in call.body and "email" not in call.body:
        raise Refused(TICKET_BODY)
    found = [
        one for one in users.values()
        if call.body.get("user_id", one.user_id) == one.user_id
        and call.body.get("email", one.email).lower() == one.email.lower()
    ]  # fmt: skip
    if not found:
        raise Refused(USER_MISSING)
    ticket = call.tenant.tickets.issue(found[0], call.body.get("allow_multiple_enrollments", False))
    return {"ticket_id": ticket, "ticket_url": f"https://{call.tenant.domain}/mfa/enrollment?ticket={ticket}"}


def _kept(name: str, shape: dict[str, Shape]) -> tuple[Endpoint, ...]:
    """Return the endpoints of one document."""

    def show(call: ApiCall) -> Document:
        return call.tenant.settings.factor_settings.get(name, {})

    def update(call: ApiCall) -> Document:
        kept = call.tenant.settings.factor_settings.setdefault(name, {})
        kept |= call.body
        return kept

    path = f"/guardian/factors/{name}"
    put = Endpoint("PUT", path, UPDATE, update, f"Update {name}", record(shape))
    return Endpoint("GET", path, READ, show), put, replace(put, method="PATCH")


def _protection(name: str) -> tuple[Endpoint, ...]:
    does = f"Update {name.replace('-', ' ')} settings"
    path = f"/attack-protection/{name}"
    return document(path, "attack_protection", lambda tenant: tenant.settings.protection[name], PROTECTION[name], does)


ENDPOINTS = (
    Endpoint("GET", "/guardian/factors", READ, list_factors),
    *(endpoint for name, shape in KEPT.items() for endpoint in _kept(name, shape)),
    Endpoint(
        "PUT", "/guardian/factors/{name}", UPDATE, set_factor, "Update a Multi-factor Authentication Factor",
        record({"enabled": flag()}, required=("enabled",)),
    ),
    Endpoint(
        "POST", "/guardian/enrollments/ticket", ("create:guardian_enrollment_tickets",), issue_ticket,
        "Create an Enrollment Ticket", TICKET,
    ),
    Endpoint("GET", "/guardian/policies", ("read:mfa_policies",), show_policies),
    Endpoint(
        "PUT", "/guardian/policies", ("update:mfa_policies",), set_policies,
        "Set the Multi-factor Authentication Policies", listing(text(one_of=POLICIES), most=1),
    ),
    *document(
        "/tenants/settings", "tenant_settings", lambda tenant: tenant.settings.tenant, TENANT, "Update tenant settings"
    ),
    *document("/prompts", "prompts", lambda tenant: tenant.settings.prompts, PROMPTS, "Update prompt settings"),
    *(endpoint for name in PROTECTION for endpoint in _protection(name)),
)  # fmt: skip
