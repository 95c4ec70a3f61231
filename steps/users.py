"""Test users: how a scenario starts with them, and what an administrator, an attacker or time does to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.configuration.problems import mfa_grant_problem
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.sign_ins import SignInRequest
from steps.words import Phrase, parse, table

DEEDS: Mapping[str, Callable[[TestUsers, Tenant, str], None]] = {
    "changes {user}'s password": lambda users, tenant, user: users.change_password(user),
    "changes {user}'s email address": lambda users, tenant, user: users.change_email(user),
    "deletes {user}": lambda users, tenant, user: tenant.management.delete_user(users[user].user_id),
    "blocks {user}": lambda users, tenant, user: tenant.management.set_blocked(users[user].user_id, True),
    "unblocks {user}": lambda users, tenant, user: tenant.management.set_blocked(users[user].user_id, False),
}
table("Deed", DEEDS)


@given(parse("{user} is a test user without a second factor"))
def is_a_test_user(users: TestUsers, user: str) -> None:
    users.create(user)


@given(
    parse(
        "{user} is a test user without a second factor, signed in to the {application} for the MFA API{browser:Browser}"
    )
)
def is_a_test_user_signed_in(
    users: TestUsers, tenant: Tenant, user: str, application: str, browser: Phrase[Callable[..., SignInRequest]]
) -> None:
    problem = mfa_grant_problem(tenant, application)
    assert not problem, problem
    signs_in = users.create(user).sign_in
    signs_in.send(browser.of(users, user, SignInRequest(tenant.application(application)))).result()


@given(parse("{user} is a test user with {factor:Enrolled} enrolled through the {application}"))
def is_a_test_user_with_a_factor(
    users: TestUsers, tenant: Tenant, user: str, factor: Phrase[Factor], application: str
) -> None:
    problem = mfa_grant_problem(tenant, application)
    assert not problem, problem
    users.create(user).sign_in(tenant.application(application)).result()
    users[user].enrollment.complete(factor.value).result()


@given(parse("{user} is a test user with {other}'s email address in the other connection of the {application}"))
def is_a_test_user_in_the_other_connection(
    users: TestUsers, tenant: Tenant, user: str, other: str, application: str
) -> None:
    users.create_with_same_email(user, other, tenant.application(application))


@given(parse("it is confirmed that users can sign up at the {application}"))
def users_can_sign_up(users: TestUsers, tenant: Tenant, application: str) -> None:
    signed_up = users.sign_up(tenant.application(application))
    if signed_up.refusal is not None:
        raise NotApplicable(f"this needs a connection where users may sign up, and got {signed_up.met}")


@when(parse("an attacker signs up at the {application} with {user}'s email address"), target_fixture="outcome")
def attacker_signs_up(users: TestUsers, tenant: Tenant, application: str, user: str) -> Outcome[Any]:
    return users.sign_up(tenant.application(application), users[user].email)


@when(parse("an attacker requests a password reset for {user}, naming a new password"), target_fixture="outcome")
def attacker_requests_password_reset(users: TestUsers, user: str) -> Outcome[Any]:
    return users.request_password_reset(user)


@given(parse("{user} uses the same phone as {other}"))
def uses_the_same_phone(users: TestUsers, user: str, other: str) -> None:
    users.share_phone(user, other)


@when(parse("{user} switches to another phone"))
def switches_to_another_phone(users: TestUsers, user: str) -> None:
    users.change_phone(user)


@when(parse("the administrator {deed:Deed}"))
def administrator_acts(users: TestUsers, tenant: Tenant, deed: Phrase[Callable[..., None]]) -> None:
    deed.value(users, tenant, **deed.named)


@when(parse("{minutes} minutes pass"))
def minutes_pass(tenant: Tenant, minutes: int) -> None:
    tenant.let_time_pass(60 * minutes)


@then(parse("no user with {user}'s email address exists"))
def no_such_user_exists(users: TestUsers, tenant: Tenant, user: str) -> None:
    found = tenant.management.users_by_email(users[user].email)
    assert not found, f"expected no user with {user}'s email address, and the administrator finds {len(found)}"
