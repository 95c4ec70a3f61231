"""The tenant's settings, as the administrator has them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

from pytest_bdd import given, then, when

from mfa_verification.auth0 import spa_js
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import check_brute_force_protection
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


def lacks_mfa_grant(tenant: Tenant, application: str) -> str | None:
    """Say which MFA grants an application lacks."""
    missing = tenant.missing_mfa_grants(application)
    where = "Applications > Advanced Settings > Grant Types"
    return f"the {application} to have the MFA grant, and it lacks {', '.join(missing)} ({where})" if missing else None


def has_an_mfa_grant(tenant: Tenant, application: str) -> str | None:
    """Say that an application has an MFA grant."""
    lacks_all = len(tenant.missing_mfa_grants(application)) == 3
    return None if lacks_all else f"the {application} to have no MFA grant, and it has"


def lacks_grant(grant: str) -> Callable[..., str | None]:
    """Say that an application lacks a grant."""

    def problem(tenant: Tenant, application: str) -> str | None:
        has = grant in tenant.grants_of(application)
        return None if has else f"the {application} to have the {grant} grant, and it lacks it"

    return problem


def is_on(factor: str) -> Callable[[Tenant], str | None]:
    """Say that a factor is on."""
    return lambda tenant: f"{factor} to be off, and it is on" if tenant.management.factors().get(factor) else None


def asks_not_everybody(tenant: Tenant) -> str | None:
    """Say whom the policy asks, where it is not everybody."""
    policies = tenant.management.policies()
    return None if policies == ["all-applications"] else f"the policy to ask always, and it is {policies}"


def calls_no_phones(tenant: Tenant) -> str | None:
    """Say how phones are reached, where it is not by SMS and voice."""
    types = tenant.management.message_types()
    return None if {"sms", "voice"} <= set(types) else f"phones to be texted and called, and it is by {types}"


def guessing_is_stopped(tenant: Tenant) -> None:
    """Raise `NotApplicable` where ten wrong passwords need not lock a user out."""
    check_brute_force_protection(tenant, 10)


def sdk_is_here(tenant: Tenant) -> None:
    """Raise `NotApplicable` where the SDK, which comes by way of Node.js, is not on this machine."""
    if not spa_js.SCRIPT.is_file():
        missing = "this needs the vendor's SDK for browsers: `make sdk` fetches it, where Node.js is"
        raise NotApplicable(missing, Cause.NODE_MISSING)


ARRANGED: Mapping[str, Callable[..., str | None]] = {
    "the SMS factor is disabled": is_on("sms"),
    "the one-time password factor is disabled": is_on("otp"),
    'the MFA policy is "Always"': asks_not_everybody,
    "phones can be enrolled by SMS and by voice call": calls_no_phones,
    "the {application} is allowed the MFA grant": lacks_mfa_grant,
    "the {application} is not allowed the MFA grant": has_an_mfa_grant,
    "the {application} is allowed the password grant": lacks_grant("password"),
    "the {application} is allowed the refresh token grant": lacks_grant("refresh_token"),
    "brute-force protection blocks an account after ten wrong passwords": guessing_is_stopped,
    "the auth0-spa-js SDK is available": sdk_is_here,
}
"""What a scenario stands on, and what tells what is other than that."""
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
"""How a setting should be, and the name of its reading."""
table("Arranged", ARRANGED)
table("Setting", SETTINGS)
table("Factors", FACTOR_LISTS)


@given(parse("the {factors:Factors} enabled"))
def factors_are_enabled(tenant: Tenant, factors: Phrase[tuple[str, ...]]) -> None:
    on = tenant.management.factors()
    off = [factor for factor in factors.value if not on.get(FACTORS[factor])]
    assert not off, (
        f"expected these factors to be on, and they are off: {', '.join(off)} (Security > Multi-factor Auth)"
    )


@given(parse("{setting:Arranged}"))
def is_arranged(tenant: Tenant, setting: Phrase[Callable[..., str | None]]) -> None:
    problem = setting.value(tenant, **setting.named)
    assert not problem, f"expected {problem}"


@when("the administrator reads the tenant settings", target_fixture="settings")
def reads_settings(setting_checks: SettingChecks) -> SettingChecks:
    # Read once, by the same functions, before the first scenario: a wrong one is in the way of all that depend on it.
    return setting_checks


@then(parse("{setting:Setting}"))
def setting_is_right(settings: SettingChecks, setting: Phrase[str]) -> None:
    problem = settings.problem(setting.value, **setting.named)
    assert not problem, f"expected another setting: {problem}"
