"""Settings that a scenario may need to be other than usual, and the one place that makes them so."""

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
"""Each is one application's own; everything else is the whole tenant's."""
ANOTHER = "tenant.another"
"""A tenant beside the one that is verified."""
POLICY = "policy.always"
"""The policy asks everybody for a second factor at every application."""
CALLS = "message_type.voice"
"""Phones are called as well as texted."""
CLOCK = "clock"
"""`own`: a tenant whose time the scenario may move. No tenant that others stand on is that."""
KNOWN = FACTORS | GRANTS.keys() | {CLOCK, POLICY, CALLS}


def missing_settings(settings: Settings) -> str:
    """Say what is needed, and what would give it."""
    wanted = ", ".join(f"{name} {value}" for name, value in settings.items() if name != CLOCK)
    if ANOTHER in settings:
        return "this needs a second tenant, and TEST_CONTROLS_URL names nobody who could give one"
    if CLOCK in settings:
        return "this moves the tenant's clock, and TEST_CONTROLS_URL names no tenant whose clock can be moved"
    return f"this needs a tenant with {wanted}, and this one may not be changed"


def has_settings(tenant: Tenant, settings: Settings, application: str | None) -> bool:
    """Say whether the tenant has these settings already."""
    return all(_value(tenant, name, application) == wanted for name, wanted in settings.items())


def apply_settings(tenant: Tenant, settings: Settings, application: str | None) -> None:
    """Change the tenant so that it has these settings, through the Management API as a user would."""
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
        need_scope(tenant, "read:mfa_policies", "whom the policy asks for a second factor")
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
        raise ValueError("a scenario that needs a grant has a column `application` in its Examples")
    return application


def need_scope(tenant: Tenant, scope: str, what: str) -> None:
    """Raise `NotApplicable` where the administrator lacks a scope that is not required; `what` cannot be seen then."""
    if scope not in tenant.administrator_scopes():
        raise NotApplicable(f"{what} cannot be seen: grant {scope} to the application of the administrator")


Entry = Mapping[str, Any]
"""What a setting was: `{"factor", "enabled"}`, `{"client_id", "grant_types"}`, `{"policies"}` or `{"message_types"}`;
plain data, for the journal."""


def can_be_restored(settings: Settings) -> bool:
    """Say whether all of them can be read and set again; one that cannot is never changed on a tenant that stays."""
    return settings.keys() <= FACTORS | GRANTS.keys() | {POLICY, CALLS}


def current_settings(tenant: Tenant, settings: Settings, application: str | None) -> list[Entry]:
    """Return what the settings that a change touches are now, so that it can be put back."""
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
    """Put settings back, and look that they are; `NotRestored` names those that are not, once all were tried."""
    left = []
    for entry in entries:
        name = str(entry.get("factor") or entry.get("client_id") or next(iter(entry)))
        try:
            if not _is_back(tenant, entry):
                left.append(f"{name}: the tenant did not take it back")
        except (TenantFault, Inconclusive) as trouble:
            left.append(f"{name}: {trouble}")
    if left:
        raise NotRestored("; ".join(left))


def _is_back(tenant: Tenant, entry: Entry) -> bool:
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
