"""What the administrator, time and anybody else does to a test user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.users.directory import TestUsers
from steps.words import Phrase, parse, table

DEEDS: Mapping[str, Callable[[TestUsers, Tenant, str], None]] = {
    "changes {user}'s password": lambda users, tenant, user: users.change_password(user),
    "changes {user}'s e-mail address": lambda users, tenant, user: users.change_email(user),
    "removes {user}": lambda users, tenant, user: tenant.management.delete_user(users[user].user_id),
    "blocks {user}": lambda users, tenant, user: tenant.management.set_blocked(users[user].user_id, True),
    "lets {user} in again": lambda users, tenant, user: tenant.management.set_blocked(users[user].user_id, False),
}
table("Deed", DEEDS)


@given(parse("{user} has {other}'s e-mail address in the other connection of the {application}"))
def has_anothers_address(users: TestUsers, tenant: Tenant, user: str, other: str, application: str) -> None:
    users.create_with_same_email(user, other, tenant.application(application))


@given(parse("anybody may sign up at the {application}"))
def anybody_may_sign_up(users: TestUsers, tenant: Tenant, application: str) -> None:
    signed_up = users.sign_up(tenant.application(application))
    if signed_up.refusal is not None:
        raise NotApplicable(f"this needs a connection where users may sign up, and it met {signed_up.met}")


@when(parse("somebody signs up at the {application} with {user}'s e-mail address"), target_fixture="outcome")
def somebody_signs_up(users: TestUsers, tenant: Tenant, application: str, user: str) -> Outcome[Any]:
    return users.sign_up(tenant.application(application), users[user].email)


@when(parse("somebody asks for a new password for {user}, and names one"), target_fixture="outcome")
def somebody_asks_for_a_password(users: TestUsers, user: str) -> Outcome[Any]:
    return users.request_password_reset(user)


@given(parse("{user} uses the same phone as {other}"))
def uses_the_same_phone(users: TestUsers, user: str, other: str) -> None:
    users.share_phone(user, other)


@when(parse("{user} takes up another phone"))
def takes_up_another_phone(users: TestUsers, user: str) -> None:
    users.change_phone(user)


@when(parse("the administrator {deed:Deed}"))
def administrator_acts(users: TestUsers, tenant: Tenant, deed: Phrase[Callable[..., None]]) -> None:
    deed.value(users, tenant, **deed.named)


@when(parse("{minutes} minutes pass"))
def minutes_pass(tenant: Tenant, minutes: int) -> None:
    tenant.let_time_pass(60 * minutes)


@then(parse("nothing is enrolled for {user}, who is gone"))
def nobody_is_there(users: TestUsers, tenant: Tenant, user: str) -> None:
    found = tenant.management.users_by_email(users[user].email)
    assert not found, f"expected nobody with {user}'s e-mail address, and the administrator finds {len(found)}"
