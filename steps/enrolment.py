"""Asking to enrol a phone or an authenticator app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.core.outcome import Outcome
from mfa_verification.core.secret import Secret

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household
    from mfa_verification.users.test_user import Person

Observe = Callable[[str, str], None]
TOKENS: dict[str, Callable[[Person], Secret]] = {
    "the token of that refusal": lambda person: person.mfa_token,
    "the token of her confirmation": lambda person: person.confirmed.access_token,
    "her id token": lambda person: person.id_token,
    "a token signed by a stranger": lambda person: person.forged("signed by a stranger"),
    "a token of another issuer": lambda person: person.forged("of another issuer"),
    "a token that brings its own key": lambda person: person.forged("that brings its key"),
    "a token under the algorithm none": lambda person: person.forged("under the algorithm none"),
    "her token without its signature": lambda person: person.forged("without its signature"),
    "her token with more scopes written in": lambda person: person.forged("with more scopes"),
}
"""What somebody may hold out, in words."""
CHANNELS = {"texts": "sms", "tells by a call": "voice", "mails": "email"}
"""How a code reaches somebody, in words, and in the MFA API's (contract, 4.3)."""


@given(parsers.parse("{name:w} asked to enrol {pronoun:w} phone"))
def asked_to_enrol_phone(people: Household, name: str) -> None:
    people[name].ask_to_enrol_phone().answer()


@given(parsers.parse("{name:w} asked to enrol an authenticator app"))
def asked_to_enrol_app(people: Household, name: str) -> None:
    people[name].ask_to_enrol_app().answer()


@when(parsers.re(r"(?P<name>\w+) asks to enrol (her|his) phone"), target_fixture="outcome")
def asks_to_enrol_phone(people: Household, name: str) -> Outcome[Any]:
    return people[name].ask_to_enrol_phone()


@when(parsers.parse("{name:w} asks to enrol an authenticator app"), target_fixture="outcome")
def asks_to_enrol_app(people: Household, name: str) -> Outcome[Any]:
    return people[name].ask_to_enrol_app()


@given(
    parsers.re(
        r"(?P<name>\w+) enrolled (?P<factor>her phone|his phone|an authenticator app) at the (?P<application>.+)"
    )
)
def enrolled(people: Household, tenant: Tenant, name: str, factor: str, application: str) -> None:
    people[name].enrol("otp" if factor == "an authenticator app" else "sms", tenant.application(application))


@when(
    parsers.re(r"(?P<name>\w+) asks to enrol (?P<factor>her phone|an authenticator app) with (?P<token>.+)"),
    target_fixture="outcome",
)
def asks_to_enrol_with(people: Household, name: str, factor: str, token: str) -> Outcome[Any]:
    person = people[name]
    presented = TOKENS[token](person)
    return person.ask_to_enrol_phone(presented) if factor == "her phone" else person.ask_to_enrol_app(presented)


@when(
    parsers.re(r"(?P<name>\w+) asks to enrol (?P<way>her phone by a call|another e-mail address)"),
    target_fixture="outcome",
)
def asks_to_enrol_by_another_way(people: Household, name: str, way: str) -> Outcome[Any]:
    return people[name].ask_to_be_called() if "call" in way else people[name].ask_to_enrol_email()


@when(parsers.parse("{name:w} answers with the app's code, and holds out {token}"), target_fixture="outcome")
def answers_holding_out(people: Household, name: str, token: str) -> Outcome[Any]:
    return people[name].confirm_app("body", token=TOKENS[token](people[name]))


@given(parsers.parse("the token of {name:w}'s confirmation may enrol"))
def confirmation_may_enrol(people: Household, name: str) -> None:
    people[name].see_that_confirmation_may_enrol()


@when(parsers.re(r"(?P<name>\w+) asks to enrol the number (?P<number>.+)"), target_fixture="outcome")
def asks_to_enrol_number(people: Household, name: str, number: str) -> Outcome[Any]:
    return people[name].ask_to_enrol_phone(number=number)


@when(
    parsers.parse("{name:w} tries to enrol {pronoun:w} phone at the {application}, going as far as {subject:w} can"),
    target_fixture="outcome",
)
def tries_to_enrol_phone(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].enrol_phone_as_far_as_possible(tenant.application(application))


@then(parsers.parse("the tenant wants the code that it {sends}"))
def wants_the_code(outcome: Outcome[Any], sends: str) -> None:
    enrolment, expected = outcome.answer(), CHANNELS[sends]
    assert enrolment.oob_channel == expected, f"expected oob_channel {expected}, and it is {enrolment.oob_channel}"
    assert enrolment.binding_method == "prompt", f"expected binding_method prompt, and it is {enrolment.binding_method}"


@then(parsers.parse("the tenant hands {name:w} {count} recovery code"))
def hands_recovery_code(outcome: Outcome[Any], name: str, count: str) -> None:
    handed = outcome.answer().recovery_codes
    expected = {"no": 0, "one": 1}[count]
    assert len(handed) == expected, f"expected {count} recovery code for {name}, and {len(handed)} came"


@then(parsers.parse("the tenant does what the scopes of {name:w}'s token say"))
def does_what_scopes_say(people: Household, tenant: Tenant, outcome: Outcome[Any], observe: Observe, name: str) -> None:
    may = "enroll" in tenant.scope_of(people[name].confirmed)
    observe(
        "token-of-a-confirmation", f"the token of a confirmation {'may' if may else 'may not'} enrol another factor"
    )
    assert (outcome.value is not None) == may, (
        f"expected the token to {'enrol' if may else 'be refused'}, as its scopes say, and it met {outcome.met}"
    )
