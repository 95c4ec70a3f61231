"""The tenant's settings, as the administrator has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_bdd import given, then, when

from mfa_verification.auth0 import spa_js
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import check_brute_force_protection
from mfa_verification.configuration.setting_checks import SettingChecks
from mfa_verification.core.outcome import NotApplicable
from mfa_verification.core.verdict import Cause
from steps.words import Phrase, parse, table

FACTORS = {"SMS": "sms", "one-time password": "otp", "e-mail": "email", "recovery code": "recovery-code"}
"""The dashboard's words, and the Management API's (AF-PHONE-02)."""


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


def sdk_is_here(tenant: Tenant, user: str) -> None:
    """Raise `NotApplicable` where the SDK, which comes by way of Node.js, is not on this machine."""
    if not spa_js.SCRIPT.is_file():
        missing = "this needs the vendor's SDK for browsers: `make sdk` fetches it, where Node.js is"
        raise NotApplicable(missing, Cause.NODE_MISSING)


ARRANGED: Mapping[str, Callable[..., str | None]] = {
    "the factor SMS is off": is_on("sms"),
    "the factor one-time password is off": is_on("otp"),
    "the policy asks everybody for a second factor": asks_not_everybody,
    "phones are called as well as texted": calls_no_phones,
    "the {application} has the MFA grant": lacks_mfa_grant,
    "the {application} does not have the MFA grant": has_an_mfa_grant,
    "the {application} has the password grant": lacks_grant("password"),
    "the {application} has the refresh token grant": lacks_grant("refresh_token"),
    "whoever is wrong ten times is kept out, from wherever they come": guessing_is_stopped,
    "the application that {user} uses signs users in through Auth0's SDK": sdk_is_here,
}
"""What a scenario stands on, and what tells what is other than that."""
SETTINGS: Mapping[str, str] = {
    "the {application} may use the MFA grant": "application.mfa_grant",
    "the factor SMS is switched on": "factor.sms",
    "the factor one-time password is switched on": "factor.otp",
    "phones are reached by SMS": "message_type.sms",
    "the phone provider brings texts to where the suite reads them": "phone_provider",
    "the {application} lists its callback": "application.callback",
    "users of the connection may sign in at the {application}": "application.connection",
    "the {application} proves itself as its kind does": "application.authentication_method",
    "the factor SMS has the account that it needs, where it is on": "phone_provider.account",
    "the factor Duo has the account that it needs, where it is on": "factor.duo",
    "each text shows its code": "sms_template.code",
    "each text says who sends it": "sms_template.name",
    "each text fits in one message": "sms_template.length",
    "whoever the policy asks for a second factor can have one": "policy",
    "brute-force protection is on, and stops whom it finds": "protection.brute_force",
    "suspicious-IP throttling is on, and stops whom it finds": "protection.throttling",
    "the {application} sends no code to a user's own machine unasked": "application.loopback_callbacks",
    "a refresh token of the {application} is good once, and comes to an end": "application.refresh_tokens",
    "the Actions of the sign-in choose factors only where they may": "actions",
}
"""How a setting should be, and the name of its reading."""
table("Arranged", ARRANGED)
table("Setting", SETTINGS)


@given("these factors are on")
def factors_are_on(tenant: Tenant, datatable: list[list[str]]) -> None:
    on = tenant.management.factors()
    off = [factor for (factor,) in datatable if not on.get(FACTORS[factor])]
    assert not off, (
        f"expected these factors to be on, and they are off: {', '.join(off)} (Security > Multi-factor Auth)"
    )


@given(parse("{setting:Arranged}"))
def is_arranged(tenant: Tenant, setting: Phrase[Callable[..., str | None]]) -> None:
    problem = setting.value(tenant, **setting.named)
    assert not problem, f"expected {problem}"


@when("the administrator looks at the tenant's settings", target_fixture="settings")
def looks_at_settings(setting_checks: SettingChecks) -> SettingChecks:
    # Read once, by the same functions, before the first scenario: a wrong one is in the way of all that depend on it.
    return setting_checks


@then(parse("{setting:Setting}"))
def setting_is_right(settings: SettingChecks, setting: Phrase[str]) -> None:
    problem = settings.problem(setting.value, **setting.named)
    assert not problem, f"expected another setting: {problem}"
