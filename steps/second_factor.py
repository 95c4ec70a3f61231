"""What a person does at the second factor beside typing its code, and what their browser kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household

SHOWN_INSTEAD = {"login_required", "interaction_required", "mfa_required"}
"""How a request that may show nothing is told that something would have to be shown."""


@given(parsers.parse("{name:w} signed in at the {application} on a device that {pronoun:w} keeps"))
def signed_in_on_a_kept_device(people: Household, tenant: Tenant, name: str, application: str) -> None:
    people[name].keep_device()
    people[name].sign_in(tenant.application(application)).answer()


@given(parsers.parse("{name:w}'s session lives on: a silent request brings {pronoun:w} a token"))
def session_lives_on(people: Household, name: str) -> None:
    people[name].see_that_session_lives()


@given(
    parsers.parse("{name:w}'s session lives on at the {application} too: a silent request brings {pronoun:w} a token")
)
def session_lives_on_elsewhere(people: Household, tenant: Tenant, name: str, application: str) -> None:
    people[name].see_that_session_lives(tenant.application(application))


@given(parsers.re(r"(?P<name>\w+) enrolled (her|his) phone with the token of that sign-in"))
def enrolled_phone_with_that_token(people: Household, name: str) -> None:
    people[name].ask_to_enrol_phone().answer()
    people[name].confirm_phone("header and body").answer()


@given(parsers.parse("{name:w} enrolled an authenticator app with the token of that sign-in"))
def enrolled_app_with_that_token(people: Household, name: str) -> None:
    people[name].ask_to_enrol_app().answer()
    people[name].confirm_app("header and body").answer()


@given(parsers.parse("{name:w} signed in again with the texted code"))
def signed_in_again(people: Household, name: str) -> None:
    people[name].sign_in(people[name].application, factor="sms").answer()


@given(parsers.parse("{name:w} signed in again with the texted code, and had the device remembered"))
def had_the_device_remembered(people: Household, name: str) -> None:
    people[name].sign_in_and_be_remembered().answer()


@given(
    parsers.parse("{name:w} keeps a device, and had it remembered: {pronoun:w} is not asked for a second factor there")
)
def had_a_device_remembered(people: Household, name: str) -> None:
    people[name].have_device_remembered()


@when(
    parsers.parse("{name:w} signs in on {other:w}'s device and tries to pass by the second factor"),
    target_fixture="outcome",
)
def signs_in_on_anothers_device(people: Household, name: str, other: str) -> Outcome[Any]:
    return people[name].sign_in_on_device_of(people[other])


@when(
    parsers.parse("{name:w} signs in anew on that device and tries to pass by the second factor"),
    target_fixture="outcome",
)
def signs_in_anew(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in(people[name].application, prompt="login")


@when(parsers.parse("{name:w} asks silently for a token"), target_fixture="outcome")
def asks_silently(people: Household, name: str) -> Outcome[Any]:
    return people[name].ask_silently()


@when(parsers.parse("{name:w} asks silently for a token at the {application}"), target_fixture="outcome")
def asks_silently_elsewhere(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_silently(tenant.application(application))


@when(parsers.parse("{name:w} signs in again and types a wrong code, then the texted one"), target_fixture="outcome")
def mends_a_slip(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in_after_slips()


@when(parsers.parse("{name:w} signs in again and types ten wrong codes, then the texted one"), target_fixture="outcome")
def guesses(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in_after_slips(10)


@when(parsers.parse("{name:w} signs in again and has the code sent again"), target_fixture="outcome")
def has_the_code_sent_again(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in_by_second_text()


@when(
    parsers.parse("{name:w} signs in again and takes the texted code from the list of methods"),
    target_fixture="outcome",
)
def takes_another_method(people: Household, name: str) -> Outcome[Any]:
    return people[name].sign_in_by_phone_from_list()


@then(parsers.parse("{name:w} gets none, because something would have to be shown"))
def nothing_may_be_shown(outcome: Outcome[Any], name: str) -> None:
    assert outcome.value is None, f"expected {name} to get no token without a second factor, and the tenant gave it"
    refused = outcome.refusal.error if outcome.refusal else None
    assert refused in SHOWN_INSTEAD, (
        f"expected the callback to say that something would have to be shown, and it met {outcome.met}"
    )
