"""Tenant settings: what a scenario needs, and what an administrator should have set."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from pytest_bdd import given, then, when

from mfa_verification.auth0 import spa_js
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import check_brute_force_protection, mfa_grant_problem
from mfa_verification.configuration.setting_checks import SettingChecks
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.core.verdict import Cause
from steps.words import Phrase, parse, table


def listed(names: tuple[str, ...]) -> str:
    """Return factors as a sentence names them: "SMS and one-time password factors are"."""
    *before, last = names
    return f"{', '.join(before)} and {last} factors are" if before else f"{last} factor is"


FACTORS = {"SMS": "sms", "one-time password": "otp", "email": "email", "recovery code": "recovery-code"}
"""The dashboard's words, and the Management API's (AF-PHONE-02)."""
FACTOR_LISTS = {listed(names): names for count in range(1, 4) for names in itertools.combinations(FACTORS, count)}


def has_mfa_grant(tenant: Tenant, application: str) -> str | None:
    """Return the problem that an application has an MFA grant."""
    lacks_all = len(tenant.missing_mfa_grants(application)) == 3
    return None if lacks_all else f"the {application} has an MFA grant and should have none"


def lacks_grant(grant: str) -> Callable[..., str | None]:
    """Return a function that returns the problem that an application lacks a grant."""

    def problem(tenant: Tenant, application: str) -> str | None:
        has = grant in tenant.grants_of(application)
        return None if has else f"the {application} lacks the {grant} grant"

    return problem


def is_enabled(factor: str) -> Callable[[Tenant], str | None]:
    """Return a function that returns the problem that a factor is enabled."""
    return lambda tenant: f"the factor {factor} should be off, and it is on" if factor in on(tenant) else None


def on(tenant: Tenant) -> set[str]:
    """Return the enabled factors, by their names in the Management API."""
    return {factor for factor, enabled in tenant.management.factors().items() if enabled}


def policy_is_not_always(tenant: Tenant) -> str | None:
    """Return the problem that the MFA policy is not Always."""
    policies = tenant.management.policies()
    return None if policies == ["all-applications"] else f"the MFA policy should be Always, and it is {policies}"


def lacks_voice(tenant: Tenant) -> str | None:
    """Return the problem that phones are not enrolled by both SMS and voice call."""
    types = tenant.management.message_types()
    return (
        None if {"sms", "voice"} <= set(types) else f"the message types should be sms and voice, and they are {types}"
    )


def lacks_brute_force_protection(tenant: Tenant) -> None:
    """Raise `NotApplicable` if ten wrong passwords need not block an account."""
    check_brute_force_protection(tenant, 10)


def lacks_sdk(tenant: Tenant) -> None:
    """Raise `NotApplicable` if auth0-spa-js is not installed on this machine."""
    if not spa_js.SCRIPT.is_file():
        missing = "this needs auth0-spa-js: run `make sdk`, which needs Node.js"
        raise NotApplicable(missing, Cause.NODE_MISSING)


ARRANGED: Mapping[str, Callable[..., str | None]] = {
    "the SMS factor is disabled": is_enabled("sms"),
    "the one-time password factor is disabled": is_enabled("otp"),
    'the MFA policy is "Always"': policy_is_not_always,
    "phones can be enrolled by SMS and by voice call": lacks_voice,
    "the {application} is allowed the MFA grant": mfa_grant_problem,
    "the {application} is not allowed the MFA grant": has_mfa_grant,
    "the {application} is allowed the password grant": lacks_grant("password"),
    "the {application} is allowed the refresh token grant": lacks_grant("refresh_token"),
    "brute-force protection blocks an account after ten wrong passwords": lacks_brute_force_protection,
    "the auth0-spa-js SDK is available": lacks_sdk,
}
"""Settings that a scenario needs, and the function that describes a wrong one."""
SETTINGS: Mapping[str, str] = {
    "the {application} is allowed the MFA grant": "application.mfa_grant",
    "the SMS factor is enabled": "factor.sms",
    "the one-time password factor is enabled": "factor.otp",
    "phone messages are sent by SMS": "message_type.sms",
    "the phone provider delivers SMS messages to the suite's test phones": "phone_provider",
    "the {application}'s callback URL is registered": "application.callback",
    "the connection is enabled for the {application}": "application.connection",
    "the {application}'s client authentication method fits its type": "application.authentication_method",
    "the SMS factor, if enabled, has its provider account": "phone_provider.account",
    "the Duo factor, if enabled, has its provider account": "factor.duo",
    "each SMS template contains the code": "sms_template.code",
    "each SMS template names the sender": "sms_template.name",
    "each SMS message fits in one segment": "sms_template.length",
    "every user whom the MFA policy challenges can enroll a factor": "policy",
    "brute-force protection is enabled and blocks": "protection.brute_force",
    "suspicious IP throttling is enabled and throttles": "protection.throttling",
    "the {application} redirects to a loopback address only after the user confirms": "application.loopback_callbacks",
    "the {application}'s refresh tokens rotate and expire": "application.refresh_tokens",
    "Actions choose factors only where the MFA settings allow it": "actions",
}
"""How a setting should be, and the name of its check."""
table("Arranged", ARRANGED)
table("Setting", SETTINGS)
table("Factors", FACTOR_LISTS)


@given(parse("the {factors:Factors} enabled"))
def factors_are_enabled(tenant: Tenant, factors: Phrase[tuple[str, ...]]) -> None:
    off = [factor for factor in factors.value if FACTORS[factor] not in on(tenant)]
    assert not off, (
        f"expected these factors to be on, and they are off: {', '.join(off)} (Security > Multi-factor Auth)"
    )


@given(parse("{setting:Arranged}"))
def is_arranged(tenant: Tenant, setting: Phrase[Callable[..., str | None]]) -> None:
    problem = setting.value(tenant, **setting.named)
    assert not problem, problem


@when("the administrator reads the tenant settings", target_fixture="settings")
def reads_settings(setting_checks: SettingChecks) -> SettingChecks:
    # Checked once, before the first scenario: scenarios that depend on a wrong setting are not run.
    return setting_checks


@then(parse("{setting:Setting}"))
def setting_is_right(settings: SettingChecks, setting: Phrase[str]) -> None:
    problem = settings.problem(setting.value, **setting.named)
    assert not problem, problem
