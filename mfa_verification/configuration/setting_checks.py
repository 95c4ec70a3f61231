"""The tenant's half of what a run stands on: each setting, and what is wrong with it.

The controlling process reads all of it once, before the first scenario; the scenarios of `features/configuration/`
judge these readings, and whatever takes a wrong setting for granted is not run.
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
"""What a requirement's `depends_on` names, and the settings that stand behind it, where there are several."""


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """One setting as it was read; plain values, as workers get it over a wire."""

    setting: str
    application: str | None
    """Whose setting it is, where each application has its own."""
    problem: str | None
    """What is wrong, in the dashboard's words; None where it is as it should be."""
    fault: str | None = None
    """The cause, where an answer was no proper one."""
    inconclusive: str | None = None
    """The cause, where it could not be read."""
    unreadable: str | None = None
    """Why nobody may read it, where the administrator lacks a scope that is not required."""

    def check(self) -> str | None:
        """Return what is wrong; raise what its reading met."""
        if self.unreadable:
            raise NotApplicable(self.unreadable)
        if self.inconclusive:
            raise Inconclusive(Cause(self.inconclusive), self.problem or "")
        if self.fault:
            raise TenantFault(Cause(self.fault), self.problem or "")
        return self.problem

    @property
    def is_red(self) -> bool:
        """Whether it shows that the tenant is wrong."""
        return self.problem is not None and self.inconclusive is None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return asdict(self)


class SettingChecks:
    """All readings of one tenant."""

    def __init__(self, readings: Iterable[SettingCheck]) -> None:
        """Keep them, in order."""
        self.all = list(readings)

    def problem(self, setting: str, application: str | None = None) -> str | None:
        """Return what is wrong with a setting, or None; raise what its reading met."""
        return next(one for one in self.all if (one.setting, one.application) == (setting, application)).check()

    def first_blocking(self, depends_on: Iterable[str], applications: Iterable[str]) -> SettingCheck | None:
        """Return the first wrong setting of those that a scenario takes for granted at these applications."""
        wanted = {setting for name in depends_on for setting in GRANTED.get(name, (name,))}
        own = (None, *applications)
        return next((one for one in self.all if one.is_red and one.setting in wanted and one.application in own), None)


def check_all_settings(tenant: Tenant) -> SettingChecks:
    """Read every setting of the tenant, once for each application where each has its own."""
    names = [application.name for application in tenant.profile.applications]
    return SettingChecks(
        check_setting(tenant, setting, name)
        for setting in SETTINGS
        for name in (names if setting.startswith("application.") else [None])
    )


def check_setting(tenant: Tenant, setting: str, application: str | None) -> SettingCheck:
    """Read one setting."""
    try:
        return SettingCheck(setting, application, SETTINGS[setting](tenant, application or ""))
    except TenantFault as fault:
        return SettingCheck(setting, application, str(fault), fault=fault.cause)
    except Inconclusive as trouble:
        return SettingCheck(setting, application, str(trouble), inconclusive=trouble.cause)
    except NotApplicable as unseen:
        return SettingCheck(setting, application, None, unreadable=str(unseen))


def _whole(problem: Callable[[Tenant], str | None]) -> Callable[[Tenant, str], str | None]:
    """A setting of the whole tenant, of no application."""
    return lambda tenant, _: problem(tenant)


def _factor(factor: str, name: str) -> Callable[[Tenant, str], str | None]:
    def problem(tenant: Tenant, _: str) -> str | None:
        return None if tenant.management.factors().get(name) else f"{factor} is off (Security > Multi-factor Auth)"

    return problem


def _message_types(tenant: Tenant, _: str) -> str | None:
    types = tenant.management.message_types()
    if "sms" in types:
        return None
    found = ", ".join(types) or "nothing"
    return f"phones are reached by {found}, not by SMS (Security > Multi-factor Auth > Phone Message)"


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
"""Each setting, and the function that says what is wrong with it."""
