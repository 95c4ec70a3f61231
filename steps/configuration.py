"""The tenant's settings, as the operator has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.configuration.readings import Readings

FACTORS = {"SMS": "sms", "one-time password": "otp", "e-mail": "email", "recovery code": "recovery-code"}
"""The dashboard's words, and the Management API's (contract, 7.4)."""
PROTECTIONS = {
    "brute-force protection": "protection.brute_force",
    "suspicious-IP throttling": "protection.throttling",
}


@given("these factors are on")
def factors_are_on(tenant: Tenant, datatable: list[list[str]]) -> None:
    on = tenant.management.factors()
    off = [factor for (factor,) in datatable if not on.get(FACTORS[factor])]
    assert not off, (
        f"expected these factors to be on, and they are off: {', '.join(off)} (Security > Multi-factor Auth)"
    )


@given(parsers.parse("the factor {factor} is off"))
def factor_is_off(tenant: Tenant, factor: str) -> None:
    assert not tenant.management.factors().get(FACTORS[factor]), f"expected the factor {factor} to be off, and it is on"


@given("the policy asks everybody for a second factor")
def policy_asks_everybody(tenant: Tenant) -> None:
    policies = tenant.management.policies()
    assert policies == ["all-applications"], f"expected the policy to ask always, and it is {policies}"


@given("phones are called as well as texted")
def phones_are_called(tenant: Tenant) -> None:
    types = tenant.management.message_types()
    assert {"sms", "voice"} <= set(types), f"expected phones to be texted and called, and they are reached by {types}"


@given(parsers.parse("the {application} has the MFA grant"))
def has_mfa_grant(tenant: Tenant, application: str) -> None:
    missing = tenant.missing_mfa_grants(application)
    assert not missing, (
        f"expected the {application} to have the MFA grant, and it lacks {', '.join(missing)} "
        "(Applications > Advanced Settings > Grant Types)"
    )


@given(parsers.parse("the {application} does not have the MFA grant"))
def lacks_mfa_grant(tenant: Tenant, application: str) -> None:
    assert len(tenant.missing_mfa_grants(application)) == 3, (
        f"expected the {application} to have no MFA grant, and it has"
    )


@given(parsers.re(r"the (?P<application>[\w -]+) has the (?P<grant>password|refresh token) grant"))
def has_grant(tenant: Tenant, application: str, grant: str) -> None:
    granted = tenant.grants_of(application)
    assert grant.replace(" ", "_") in granted, f"expected the {application} to have the {grant} grant, and it lacks it"


@when("the operator looks at the tenant's settings", target_fixture="settings")
def looks_at_settings(tenant: Tenant, readings: Readings) -> Readings:
    # Read once, by the same functions, before the first scenario: a wrong one is in the way of all that depend on it.
    return readings


@then(parsers.parse("the {application} may use the MFA grant"))
def may_use_mfa_grant(settings: Readings, application: str) -> None:
    problem = settings.problem("application.mfa_grant", application)
    assert not problem, f"expected the MFA grant: {problem}"


@then(parsers.parse("the factor {factor} is switched on"))
def factor_is_switched_on(settings: Readings, factor: str) -> None:
    problem = settings.problem(f"factor.{FACTORS[factor]}")
    assert not problem, f"expected {factor} to be on: {problem}"


@then("phones are reached by SMS")
def phones_are_reached_by_sms(settings: Readings) -> None:
    problem = settings.problem("message_type.sms")
    assert not problem, f"expected SMS among the message types: {problem}"


@then("the phone provider brings texts to where the suite reads them")
def phone_provider_fits(settings: Readings) -> None:
    problem = settings.problem("phone_provider")
    assert not problem, f"expected another phone provider: {problem}"


@then(parsers.parse("the {application} lists its callback"))
def lists_its_callback(settings: Readings, application: str) -> None:
    problem = settings.problem("application.callback", application)
    assert not problem, f"expected the callback to be registered: {problem}"


@then(parsers.parse("people of the connection may sign in at the {application}"))
def connection_is_enabled(settings: Readings, application: str) -> None:
    problem = settings.problem("application.connection", application)
    assert not problem, f"expected the connection to be enabled: {problem}"


@then(parsers.parse("the {application} proves itself as its kind does"))
def proves_itself(settings: Readings, application: str) -> None:
    problem = settings.problem("application.authentication_method", application)
    assert not problem, f"expected another authentication method: {problem}"


@then(parsers.parse("the factor {factor} has the account that it needs, where it is on"))
def factor_has_its_account(settings: Readings, factor: str) -> None:
    problem = settings.problem({"SMS": "phone_provider.account", "Duo": "factor.duo"}[factor])
    assert not problem, f"expected {factor} to be set up: {problem}"


@then("each text shows its code")
def texts_show_their_code(settings: Readings) -> None:
    problem = settings.problem("text.code")
    assert not problem, f"expected the code in each text: {problem}"


@then("each text says who sends it")
def texts_name_their_sender(settings: Readings) -> None:
    problem = settings.problem("text.name")
    assert not problem, f"expected a name in each text: {problem}"


@then("each text fits in one message")
def texts_fit(settings: Readings) -> None:
    problem = settings.problem("text.length")
    assert not problem, f"expected short texts: {problem}"


@then("whoever the policy asks for a second factor can have one")
def policy_locks_nobody_out(settings: Readings) -> None:
    problem = settings.problem("policy")
    assert not problem, f"expected a factor for the policy: {problem}"


@then(parsers.parse("{protection} is on, and stops whom it finds"))
def protection_is_on(settings: Readings, protection: str) -> None:
    problem = settings.problem(PROTECTIONS[protection])
    assert not problem, f"expected {protection}: {problem}"


@then(parsers.parse("the {application} sends no code to a person's own machine unasked"))
def asks_before_own_machine(settings: Readings, application: str) -> None:
    problem = settings.problem("application.own_machine", application)
    assert not problem, f"expected only callbacks that are somebody's: {problem}"


@then(parsers.parse("a refresh token of the {application} is good once, and comes to an end"))
def refresh_tokens_change_and_end(settings: Readings, application: str) -> None:
    problem = settings.problem("application.refresh_tokens", application)
    assert not problem, f"expected refresh tokens that change and end: {problem}"


@then("the Actions of the sign-in choose factors only where they may")
def actions_may_choose(settings: Readings) -> None:
    problem = settings.problem("actions")
    assert not problem, f"expected no Action that chooses in vain: {problem}"
