"""Ways round the second factor, tried: by password alone, by what was got before, by a stolen code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, then, when

from mfa_verification.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.people.household import Household


@when(
    parsers.parse("{name:w} asks the {application} for tokens with {pronoun:w} password alone"),
    target_fixture="outcome",
)
def asks_by_password(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_by_password(tenant.application(application))


@when(
    parsers.parse("{name:w} asks the {application} for tokens of no API, with {pronoun:w} password alone"),
    target_fixture="outcome",
)
def asks_by_password_for_no_api(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].ask_by_password_for_no_api(tenant.application(application))


@when(parsers.parse("{name:w} refreshes {pronoun:w} tokens"), target_fixture="outcome")
def refreshes(people: Household, name: str) -> Outcome[Any]:
    return people[name].refresh()


@when(parsers.parse("the code of {name:w}'s sign-in is presented a second time"), target_fixture="outcome")
def code_is_presented_again(people: Household, name: str) -> Outcome[Any]:
    return people[name].redeem_again()


@when(
    parsers.parse("somebody presents the code of {name:w}'s sign-in at the {application}, and not its proof"),
    target_fixture="outcome",
)
def code_is_stolen(people: Household, tenant: Tenant, name: str, application: str) -> Outcome[Any]:
    return people[name].lose_code(tenant.application(application))


@then("the tenant wants a second factor before it gives tokens")
def wants_a_second_factor(outcome: Outcome[Any], observe: Callable[[str, str], None]) -> None:
    assert outcome.refusal, f"expected the tenant to ask for a second factor, and it met {outcome.met}"
    assert outcome.refusal.error == "mfa_required", f"expected mfa_required, and it is {outcome.refusal}"
    assert outcome.refusal.mfa_token, "expected mfa_required to hand out a token to go on with, and it did not"
    observe("mfa-required-status", f"mfa_required came with {outcome.refusal.status}")
