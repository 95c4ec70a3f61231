"""What the operator does to a person, and what time does to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers, when

from mfa_verification.core.outcome import Outcome

if TYPE_CHECKING:
    from mfa_verification.auth0.tenant import Tenant
    from mfa_verification.users.directory import Household


@when(parsers.re(r"the operator changes (?P<name>\w+)'s (?P<thing>password|e-mail address)"))
def operator_changes(people: Household, name: str, thing: str) -> None:
    people.change(name, "email" if thing == "e-mail address" else "password")


@when(parsers.parse("the operator removes {name:w}"))
def operator_removes(people: Household, tenant: Tenant, name: str) -> None:
    tenant.management.delete_user(people[name].user_id)


@when(parsers.re(r"the operator (?P<deed>blocks|lets) (?P<name>\w+)( in again)?"))
def operator_blocks(people: Household, tenant: Tenant, deed: str, name: str) -> None:
    tenant.management.set_blocked(people[name].user_id, deed == "blocks")


@when(parsers.parse("{name:w} asks for {pronoun:w} record where the operator looks it up"), target_fixture="outcome")
def asks_where_the_operator_does(people: Household, name: str) -> Outcome[Any]:
    return people[name].look_up_as_operator()


@when(parsers.parse("{minutes:d} minutes pass"))
def minutes_pass(tenant: Tenant, minutes: int) -> None:
    tenant.let_time_pass(60 * minutes)
