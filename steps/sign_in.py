"""Signing in through the tenant's own pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.core.outcome import Outcome, Stop

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household

SIGN_IN_FACTORS = {"the texted code": "sms", "the app's code": "otp"}
STRANGE = {
    "is not its own": "https://stranger.invalid/callback",
    "begins as its own does": "{own}.stranger.invalid/callback",
}
"""Addresses that no application has, in words."""
WORDS = {
    "naming the connection": {"connection": "{connection}"},
    "wanting the password asked anew": {"prompt": "login"},
    "saying how old the sign-in may be": {"max_age": "3600"},
    "saying that little is enough": {"acr_values": "urn:mace:incommon:iap:bronze"},
}
"""What a sign-in may say beside, in words, and its parameters (contract, 1.4)."""
OWN = {"phone": "sms", "app": "otp"}
CHALLENGES = {
    "the texted code": "mfa-sms-challenge",
    "the app's code": "mfa-otp-challenge",
    "her recovery code": "mfa-recovery-code-challenge",
}

APIS = {
    "the MFA API": "{mfa}/",
    "the MFA API spelt without its last stroke": "{mfa}",
    "an API that is not there": "{mfa}/elsewhere/",
    "no API at all": "",
}
"""What a sign-in asks for, in words, and the audience that it names then."""
REFUSING_PAGES = {Stop.CALLBACK_MISMATCH, Stop.ERROR_PAGE}
"""How a page is named that refuses an address; a tenant may have made its own, in its own words."""


@given(parsers.parse("{name:w} has a password and no second factor"))
def has_a_password(people: Household, name: str) -> None:
    people.create(name)


@given(parsers.parse("{name:w} signed in at the {application} for the MFA API"))
def signed_in(people: Household, tenant: Tenant, name: str, application: str) -> None:
    people[name].sign_in(tenant.application(application)).answer()


@when(
    parsers.re(
        r"(?P<name>\w+) signs in at the (?P<application>[\w -]+) for "
        r"(?P<api>the MFA API|the MFA API spelt without its last stroke|an API that is not there|no API at all)"
    ),
    target_fixture="outcome",
)
def signs_in(people: Household, tenant: Tenant, name: str, application: str, api: str) -> Outcome[Any]:
    audience = APIS[api].format(mfa=tenant.profile.mfa_audience.removesuffix("/"))
    return people[name].sign_in(tenant.application(application), audience=audience)


@given(parsers.parse("the application that {name:w} uses signs people in through Auth0's SDK"))
def sdk_is_here(people: Household, name: str) -> None:
    people[name].see_that_sdk_is_here()


@when(
    parsers.parse("{name:w} signs in at the {application} through the SDK, told only of the MFA API and its scopes"),
    target_fixture="outcome",
)
def signs_in_through_sdk(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in_by_sdk(tenant.application(application))


@when(
    parsers.parse("{name:w} signs in at the {application} for the MFA API with a wrong password"),
    target_fixture="outcome",
)
def signs_in_with_wrong_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in(tenant.application(application), password=people[name].wrong_password())


@when(
    parsers.parse("{name:w} signs in at the {application} for the MFA API with ten wrong passwords"),
    target_fixture="outcome",
)
def guesses_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in_wrongly(tenant.application(application), 10)


@when(
    parsers.parse("{name:w} begins to sign in at the {application}, and takes the page to another device"),
    target_fixture="outcome",
)
def takes_page_elsewhere(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in_on_two_devices(tenant.application(application))


@when(
    parsers.parse("{name:w} signs in at the {application}, to be sent back to an address that {which}"),
    target_fixture="outcome",
)
def signs_in_for_a_stranger(people: Household, tenant: Tenant, name: str, application: str, which: str) -> Outcome[Any]:
    asked = tenant.application(application)
    return people[name].sign_in(replace(asked, callback=STRANGE[which].format(own=asked.callback)))


@when(
    parsers.parse('{name:w} signs in at the {application} for the MFA API, asking only for "{scope}"'),
    target_fixture="outcome",
)
def signs_in_asking_only_for(
    people: Household, tenant: Tenant, name: str, application: str, scope: str
) -> Outcome[Any]:
    return people[name].sign_in(tenant.application(application), scope)


@when(
    parsers.re(r"(?P<name>\w+) signs in again with (?P<factor>the texted code|the app's code)"),
    target_fixture="outcome",
)
def signs_in_with_factor(people: Household, name: str, factor: str) -> Outcome[Any]:
    person = people[name]
    return person.sign_in(person.application, factor=SIGN_IN_FACTORS[factor])


@when(parsers.parse("{name:w} signs in again with a code that was not texted to {pronoun:w}"), target_fixture="outcome")
def signs_in_with_wrong_code(people: Household, name: str) -> Outcome[Any]:
    person = people[name]
    return person.sign_in(person.application, factor="sms", wrongly=True)


@when(
    parsers.re(r"(?P<name>\w+) signs in again with the code that confirmed (her|his) (?P<thing>phone|app)"),
    target_fixture="outcome",
)
def signs_in_with_confirming_code(people: Household, name: str, thing: str) -> Outcome[Any]:
    return people[name].sign_in_with(OWN[thing], people[name].confirming_code)


@when(
    parsers.re(r"(?P<name>\w+) signs in again with (?P<which>her recovery code|the recovery code that she used)"),
    target_fixture="outcome",
)
def signs_in_with_recovery_code(people: Household, name: str, which: str) -> Outcome[Any]:
    person = people[name]
    code = person.recovery_code if which == "her recovery code" else person.used_recovery_code
    return person.sign_in_with_recovery_code(code)


@when(parsers.parse("{name:w} signs in again with the recovery code of {other:w}"), target_fixture="outcome")
def signs_in_with_anothers_recovery_code(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].sign_in_with_recovery_code(people[other].recovery_code)


@when(parsers.parse("{name:w} signs in again with a code that was texted to {other:w}"), target_fixture="outcome")
def signs_in_with_anothers_code(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].sign_in_with("sms", people[other].texted_code)


@when(parsers.parse("{name:w} signs in again with a code that {pronoun:w} app did not make"), target_fixture="outcome")
def signs_in_with_wrong_app_code(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in_with("otp", people[name].wrong_app_code)


@when(
    parsers.parse("{name:w} signs in again and waits with the texted code until {minutes:d} minutes pass"),
    target_fixture="outcome",
)
def signs_in_late(people: Household, name: str, minutes: int) -> Outcome[Any]:
    return people[name].sign_in_late(60 * minutes)


@when(parsers.parse('{name:w} signs in again with the texted code, asking for "{scope}"'), target_fixture="outcome")
def signs_in_with_factor_asking_for(people: Household, name: str, scope: str) -> Outcome[Any]:
    return people[name].sign_in(people[name].application, scope, factor="sms")


@when(
    parsers.parse("{name:w} signs in at the {application} for the MFA API with the password that was named"),
    target_fixture="outcome",
)
def signs_in_with_named_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in(tenant.application(application), password=people[name].named_password)


@when(
    parsers.parse("{name:w} signs in at the {application} for the MFA API with the password from before"),
    target_fixture="outcome",
)
def signs_in_with_former_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].sign_in(tenant.application(application), password=people[name].former_password)


@when(
    parsers.parse("{name:w} signs in again, {word}, and tries to pass by the second factor"), target_fixture="outcome"
)
def signs_in_with_a_word(people: Household, tenant: Tenant, name: str, word: str) -> Outcome[Any]:
    connection = tenant.profile.connection
    asked: dict[str, Any] = {name: value.format(connection=connection) for name, value in WORDS[word].items()}
    return people[name].sign_in(people[name].application, **asked)


@when(
    parsers.parse("{name:w} signs in at the {application} for the MFA API through the other connection"),
    target_fixture="outcome",
)
def signs_in_through_the_other(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    connection = tenant.profile.other_connection or ""
    return people[name].sign_in(tenant.application(application), connection=connection)


@given(parsers.parse("somebody of another tenant has {name:w}'s user id, and signed in there at the {application}"))
def stranger_signed_in(
    people: Household, strangers: Household, other_tenant: Tenant, name: str, application: str
) -> None:
    user_id = people[name].user_id
    stranger = strangers.create("somebody", user_id=user_id.partition("|")[2])
    assert stranger.user_id == user_id, "expected the other tenant to give the user id that was asked for"
    stranger.sign_in(other_tenant.application(application)).answer()


@when(
    parsers.parse("somebody asks here to enrol {name:w}'s phone with the token of that tenant"),
    target_fixture="outcome",
)
def stranger_asks_to_enrol(people: Household, strangers: Household, name: str) -> Outcome[Any]:
    return people[name].ask_to_enrol_phone(strangers["somebody"].tokens.access_token)


@when(parsers.parse("{name:w} signs in again and tries to pass by the second factor"), target_fixture="outcome")
def signs_in_passing_by(people: Household, name: str) -> Outcome[Any]:
    person = people[name]
    return person.sign_in(person.application)


@then(parsers.parse("{name:w} is let in, and was not asked for a second factor"))
def let_in_unasked(outcome: Outcome[Any]) -> None:
    outcome.answer()
    assert not outcome.challenges, f"expected no second factor to be asked for, and {', '.join(outcome.challenges)} was"


@then(parsers.parse("{name:w} is let in, after {pronoun:w} was asked for {factor}"))
def let_in_after_challenge(outcome: Outcome[Any], factor: str) -> None:
    outcome.answer()
    assert CHALLENGES[factor] in outcome.challenges, (
        f"expected the tenant to ask for {factor} before it lets anybody in; it showed {' → '.join(outcome.screens)}"
    )


@then(parsers.parse("{name:w} is not let in, but asked for a second factor"))
def asked_for_a_second_factor(outcome: Outcome[Any], name: str) -> None:
    assert not outcome.value, f"expected {name} not to be let in, and the tenant met her with {outcome.met}"
    assert outcome.challenges, f"expected the tenant to ask for a second factor, and it met her with {outcome.met}"


@then(parsers.parse("{name:w} is not let in"))
def not_let_in(outcome: Outcome[Any], name: str) -> None:
    assert outcome.value is None, f"expected {name} not to be let in, and the tenant gave her tokens"
    assert outcome.refusal or not outcome.challenges, (
        f"expected {name} to be stopped before any second factor, and she met {outcome.met}"
    )


@then(parsers.parse("{name:w} is kept out, with the right password too"))
def kept_out(outcome: Outcome[Any], name: str) -> None:
    assert outcome.stop is Stop.ACCOUNT_BLOCKED, f"expected {name} to be told of a block, and she met {outcome.met}"


@then(parsers.parse("{name:w} is stopped on a page of the tenant's own"))
def stopped_on_a_page(outcome: Outcome[Any], name: str) -> None:
    assert outcome.obstacle and outcome.obstacle.stop in REFUSING_PAGES, (
        f"expected {name} to be stopped on a page of the tenant's own, and she met {outcome.met}"
    )
