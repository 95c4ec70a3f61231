"""Asking to enrol a phone or an authenticator app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import given, parsers, then, when

from mfa_verification.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.people.household import Household


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


@when(
    parsers.parse("{name:w} tries to enrol {pronoun:w} phone at the {application}, going as far as {subject:w} can"),
    target_fixture="outcome",
)
def tries_to_enrol_phone(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].enrol_phone_as_far_as_possible(tenant.application(application))


@then("the tenant wants the code that it texts")
def wants_the_texted_code(outcome: Outcome[Any]) -> None:
    enrolment = outcome.answer()
    assert enrolment.oob_channel == "sms", f"expected oob_channel sms, and it is {enrolment.oob_channel}"
    assert enrolment.binding_method == "prompt", f"expected binding_method prompt, and it is {enrolment.binding_method}"
