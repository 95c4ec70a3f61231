"""Checks the tenant's settings that requirements depend on.

The controlling process checks all of them once, before the first scenario. The scenarios of `features/configuration/`
judge the results; a scenario that depends on a wrong setting is not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import (
    actions_problem,
    authentication_method_problem,
    callback_problem,
    code_problem,
    connection_problem,
    delivery_problem,
    duo_problem,
    length_problem,
    loopback_callback_problem,
    mfa_grant_problem,
    name_problem,
    phone_account_problem,
    policy_problem,
    protection_problem,
    refresh_tokens_problem,
)
from mfa_verification.core.outcome import Inconclusive, NotApplicable, TenantFault
from mfa_verification.core.verdict import Cause

GRANTED = {
    "factor.sms": ("factor.sms", "message_type.sms", "phone_provider", "phone_provider.account", "sms_template.code"),
    "application.mfa_grant": (
        "application.mfa_grant",
        "application.callback",
        "application.connection",
        "application.authentication_method",
    ),
}
"""The settings behind a name in a requirement's `depends_on`, where there are several."""


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """The result of checking one setting, in plain values, since workers get it as JSON."""

    setting: str
    application: str | None
    """The application, for a setting that each application has."""
    problem: str | None
    """What is wrong, in the dashboard's words; None where the setting is right."""
    fault: str | None = None
    """The cause, where the tenant's response was malformed."""
    inconclusive: str | None = None
    """The cause, where the setting could not be read."""
    unreadable: str | None = None
    """The reason, where the administrator lacks an optional scope."""

    def check(self) -> str | None:
        """Return what is wrong; raise what happened while the setting was read."""
        if self.unreadable:
            raise NotApplicable(self.unreadable)
        if self.inconclusive:
            raise Inconclusive(Cause(self.inconclusive), self.problem or "")
        if self.fault:
            raise TenantFault(Cause(self.fault), self.problem or "")
        return self.problem

    @property
    def is_red(self) -> bool:
        """Return whether the tenant is at fault."""
        return self.problem is not None and self.inconclusive is None

    def as_json(self) -> dict[str, Any]:
        """Return the check as JSON data."""
        return asdict(self)


class SettingChecks:
    """The checks of all settings of a tenant."""

    def __init__(self, readings: Iterable[SettingCheck]) -> None:
        """Keep the checks, in order."""
        self.all = list(readings)

    def problem(self, setting: str, application: str | None = None) -> str | None:
        """Return what is wrong with a setting, or None; raise what happened while it was read."""
        return next(one for one in self.all if (one.setting, one.application) == (setting, application)).check()

    def first_blocking(self, depends_on: Iterable[str], applications: Iterable[str]) -> SettingCheck | None:
        """Return the first wrong setting among those that a scenario depends on at these applications."""
        wanted = {setting for name in depends_on for setting in GRANTED.get(name, (name,))}
        own = (None, *applications)
        return next((one for one in self.all if one.is_red and one.setting in wanted and one.application in own), None)


def check_all_settings(tenant: Tenant) -> SettingChecks:
    """Check all settings, and application settings once for each application."""
    names = [application.name for application in tenant.profile.applications]
    return SettingChecks(
        check_setting(tenant, setting, name)
        for setting in SETTINGS
        for name in (names if setting.startswith("application.") else [None])
    )


def check_setting(tenant: Tenant, setting: str, application: str | None) -> SettingCheck:
    """Check one setting."""
    try:
        return SettingCheck(setting, application, SETTINGS[setting](tenant, application or ""))
    except TenantFault as fault:
        return SettingCheck(setting, application, str(fault), fault=fault.cause)
    except Inconclusive as error:
        return SettingCheck(setting, application, str(error), inconclusive=error.cause)
    except NotApplicable as unreadable:
        return SettingCheck(setting, application, None, unreadable=str(unreadable))


def _whole(problem: Callable[[Tenant], str | None]) -> Callable[[Tenant, str], str | None]:
    """Adapt a check of the whole tenant."""
    return lambda tenant, _: problem(tenant)


def _factor(factor: str, name: str) -> Callable[[Tenant, str], str | None]:
    def problem(tenant: Tenant, _: str) -> str | None:
        return None if tenant.management.factors().get(name) else f"{factor} is off (Security > Multi-factor Auth)"

    return problem


def _message_types(tenant: Tenant, _: str) -> str | None:
    types = tenant.management.message_types()
    if "sms" in types:
        return None
    found = ", ".join(types) or "no message type"
    return f"phones get {found}, not SMS (Security > Multi-factor Auth > Phone Message)"


SETTINGS: dict[str, Callable[[Tenant, str], str | None]] = {
    "application.mfa_grant": mfa_grant_problem,
    "factor.sms": _factor("the factor SMS", "sms"),
    "factor.otp": _factor("the factor one-time password", "otp"),
    "message_type.sms": _message_types,
    "phone_provider": _whole(delivery_problem),
    "application.callback": callback_problem,
    "application.connection": connection_problem,
    "application.authentication_method": authentication_method_problem,
    "application.loopback_callbacks": loopback_callback_problem,
    "application.refresh_tokens": refresh_tokens_problem,
    "policy": _whole(policy_problem),
    "phone_provider.account": _whole(phone_account_problem),
    "factor.duo": _whole(duo_problem),
    "sms_template.code": _whole(code_problem),
    "sms_template.name": _whole(name_problem),
    "sms_template.length": _whole(length_problem),
    "protection.brute_force": _whole(protection_problem("brute-force-protection", "brute-force protection")),
    "protection.throttling": _whole(protection_problem("suspicious-ip-throttling", "suspicious-IP throttling")),
    "actions": _whole(actions_problem),
}
"""The settings and the functions that check them."""
