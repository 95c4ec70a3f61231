"""Changes tenant settings that a scenario needs, and restores them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mfa_verification.auth0.authentication import (
    GRANT_PASSWORD,
    GRANT_PASSWORD_REALM,
    GRANT_REFRESH_TOKEN,
    MFA_GRANTS,
)
from mfa_verification.auth0.management import ALWAYS
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import Inconclusive, NotApplicable, NotRestored, TenantFault

# What a scenario declares: `{"factor.otp": "off", "application.mfa_grant": "off"}`.
Settings = Mapping[str, str]
FACTORS = frozenset({"factor.sms", "factor.otp", "factor.email", "factor.recovery-code"})
GRANTS = {
    "application.mfa_grant": MFA_GRANTS,
    "application.password_grant": frozenset({GRANT_PASSWORD}),
    "application.password_realm_grant": frozenset({GRANT_PASSWORD_REALM}),
    "application.refresh_grant": frozenset({GRANT_REFRESH_TOKEN}),
}
"""These belong to one application; all other settings belong to the whole tenant."""
ANOTHER = "tenant.another"
"""A second tenant."""
POLICY = "policy.always"
"""The policy that requires MFA for all users at all applications."""
CALLS = "message_type.voice"
"""Voice calls are enabled beside SMS."""
CLOCK = "clock"
"""`own`: a tenant whose clock the scenario may move, never one that other scenarios use."""
KNOWN = FACTORS | GRANTS.keys() | {CLOCK, POLICY, CALLS}


def missing_settings(settings: Settings) -> str:
    """Return what is needed and how to provide it, for `NotApplicable`."""
    wanted = ", ".join(f"{name} {value}" for name, value in settings.items() if name != CLOCK)
    if ANOTHER in settings:
        return "this needs a second tenant: set TEST_CONTROLS_URL to test controls that can start one"
    if CLOCK in settings:
        return "this moves the tenant's clock: set TEST_CONTROLS_URL to test controls that can"
    return f"this needs a tenant with {wanted}, and this tenant may not be changed"


def has_settings(tenant: Tenant, settings: Settings, application: str | None) -> bool:
    """Return whether the tenant has these settings already."""
    return all(_value(tenant, name, application) == wanted for name, wanted in settings.items())


def apply_settings(tenant: Tenant, settings: Settings, application: str | None) -> None:
    """Change the tenant's settings through the Management API."""
    for name, wanted in settings.items():
        if name in GRANTS:
            _set_grant(tenant, name, application, wanted == "on")
        elif name in FACTORS:
            tenant.management.set_factor(name.removeprefix("factor."), wanted == "on")
        elif name == POLICY:
            tenant.management.set_policies([ALWAYS] if wanted == "on" else [])
        elif name == CALLS:
            tenant.management.set_message_types(["sms", "voice"] if wanted == "on" else ["sms"])


def _value(tenant: Tenant, name: str, application: str | None) -> str:
    if name == CLOCK:
        return "shared"
    if name == POLICY:
        need_scope(tenant, "read:mfa_policies", "the MFA policy")
        return "on" if ALWAYS in tenant.management.policies() else "off"
    if name == CALLS:
        return "on" if "voice" in tenant.management.message_types() else "off"
    if name in GRANTS:
        missing = GRANTS[name] - tenant.grants_of(_named(application))
        return "on" if not missing else "off" if missing == GRANTS[name] else "in part"
    return "on" if tenant.management.factors().get(name.removeprefix("factor.")) else "off"


def _set_grant(tenant: Tenant, name: str, application: str | None, on: bool) -> None:
    client_id, grants = tenant.application(_named(application)).client_id, tenant.grants_of(_named(application))
    tenant.management.set_grants(client_id, sorted(grants | GRANTS[name] if on else grants - GRANTS[name]))


def _named(application: str | None) -> str:
    if application is None:
        raise ValueError("a scenario that changes a grant needs a column `application` in its Examples")
    return application


def need_scope(tenant: Tenant, scope: str, what: str) -> None:
    """Raise `NotApplicable` where the administrator lacks an optional scope, so that `what` cannot be read."""
    if scope not in tenant.administrator_scopes():
        raise NotApplicable(f"{what} cannot be read: grant {scope} to the management application")


Entry = Mapping[str, Any]
"""The former value of a setting, for the journal: `{"factor", "enabled"}`, `{"client_id", "grant_types"}`,

`{"policies"}` or `{"message_types"}`.
"""


def can_be_restored(settings: Settings) -> bool:
    """Return whether all these settings can be read and restored; others are never changed on a real tenant."""
    return settings.keys() <= FACTORS | GRANTS.keys() | {POLICY, CALLS}


def current_settings(tenant: Tenant, settings: Settings, application: str | None) -> list[Entry]:
    """Return the current values of settings, so that they can be restored."""
    entries: list[Entry] = []
    for name in settings:
        if name in FACTORS:
            factor = name.removeprefix("factor.")
            entries.append({"factor": factor, "enabled": tenant.management.factors().get(factor, False)})
        elif name in GRANTS:
            client_id = tenant.application(_named(application)).client_id
            entries.append({"client_id": client_id, "grant_types": sorted(tenant.grants_of(_named(application)))})
        elif name == POLICY:
            entries.append({"policies": tenant.management.policies()})
        elif name == CALLS:
            entries.append({"message_types": tenant.management.message_types()})
    return entries


def restore(tenant: Tenant, entries: Iterable[Entry]) -> None:
    """Restore settings and read them back. Raises `NotRestored` with those that failed, after trying all."""
    left = []
    for entry in entries:
        name = str(entry.get("factor") or entry.get("client_id") or next(iter(entry)))
        try:
            if not _restore_one(tenant, entry):
                left.append(f"{name}: the tenant still has another value")
        except (TenantFault, Inconclusive) as error:
            left.append(f"{name}: {error}")
    if left:
        raise NotRestored("; ".join(left))


def _restore_one(tenant: Tenant, entry: Entry) -> bool:
    if "factor" in entry:
        tenant.management.set_factor(entry["factor"], entry["enabled"])
        return tenant.management.factors().get(entry["factor"]) is entry["enabled"]
    if "policies" in entry:
        tenant.management.set_policies(entry["policies"])
        return tenant.management.policies() == list(entry["policies"])
    if "message_types" in entry:
        tenant.management.set_message_types(entry["message_types"])
        return sorted(tenant.management.message_types()) == sorted(entry["message_types"])
    tenant.management.set_grants(entry["client_id"], list(entry["grant_types"]))
    return tenant.management.application(entry["client_id"]).grant_types == set(entry["grant_types"])
