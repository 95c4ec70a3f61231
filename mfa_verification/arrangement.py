"""Settings that a scenario may need to be other than usual, and the one place that makes them so."""

from __future__ import annotations

from collections.abc import Mapping

from mfa_verification.auth0.authentication import MFA_GRANTS
from mfa_verification.auth0.tenant import Tenant

# What a scenario declares: `{"factor.otp": "off", "application.mfa_grant": "off"}`.
Settings = Mapping[str, str]
KNOWN = frozenset({"factor.sms", "factor.otp", "application.mfa_grant"})


class NotApplicable(Exception):
    """The scenario needs a setting that this tenant does not have and that may not be made here."""


def is_so(tenant: Tenant, settings: Settings, application: str | None) -> bool:
    """Say whether the tenant has these settings already."""
    return all(_value(tenant, name, application) == wanted for name, wanted in settings.items())


def make_so(tenant: Tenant, settings: Settings, application: str | None) -> None:
    """Change the tenant so that it has these settings, through the Management API as a person would."""
    for name, wanted in settings.items():
        if name == "application.mfa_grant":
            _set_mfa_grant(tenant, application, wanted == "on")
        else:
            tenant.management.set_factor(name.removeprefix("factor."), wanted == "on")


def _value(tenant: Tenant, name: str, application: str | None) -> str:
    if name == "application.mfa_grant":
        missing = tenant.missing_mfa_grants(_named(application))
        return "on" if not missing else "off" if len(missing) == len(MFA_GRANTS) else "in part"
    return "on" if tenant.management.factors().get(name.removeprefix("factor.")) else "off"


def _set_mfa_grant(tenant: Tenant, application: str | None, on: bool) -> None:
    client_id = tenant.application(_named(application)).client_id
    grants = tenant.management.application(client_id).grant_types
    tenant.management.set_grants(client_id, sorted(grants | MFA_GRANTS if on else grants - MFA_GRANTS))


def _named(application: str | None) -> str:
    if application is None:
        raise ValueError("a scenario that needs application.mfa_grant has a column `application` in its Examples")
    return application
