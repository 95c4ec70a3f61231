"""Starting an enrollment: a phone, an authenticator app or an email address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.held import Confirmed
from mfa_verification.users.sources import ENROLLABLE, ENROLLED, TOKENS
from steps.words import Observe, Phrase, parse, step, table

CHANNELS = {"SMS": Factor.SMS, "a voice call": Factor.VOICE, "email": Factor.EMAIL}
"""How a code is sent, in the words of the features and of the MFA API (AF-ENROLL-19)."""
COUNTS: Mapping[str, int] = {"no": 0, "one": 1}
table("Enrollable", ENROLLABLE)
table("Enrolled", ENROLLED)
table("Token", TOKENS)
table("Channel", CHANNELS)
table("Count", COUNTS)


@step(parse("{user} starts enrolling {factor:Enrollable}"), parse("{user} started enrolling {factor:Enrollable}"))
@when(parse("{user} starts enrolling {factor:Enrollable} again"), target_fixture="outcome")
@when(parse("{user} starts enrolling {factor:Enrollable} with {token:Token}"), target_fixture="outcome")
@when(parse("{user} starts enrolling the phone number {number}"), target_fixture="outcome")
def starts_enrolling(
    users: TestUsers,
    user: str,
    factor: Phrase[Factor] | None = None,
    token: Phrase[Callable[..., Secret]] | None = None,
    number: str | None = None,
) -> Outcome[Any]:
    presented = token.of(users, user) if token else None
    return users[user].enrollment.start(factor.value if factor else Factor.SMS, presented, number)


@when(
    parse("the other tenant's user starts enrolling {user}'s phone with that tenant's MFA API token"),
    target_fixture="outcome",
)
def other_tenants_user_starts_enrolling(users: TestUsers, other_tenant_users: TestUsers, user: str) -> Outcome[Any]:
    return users[user].enrollment.start(Factor.SMS, other_tenant_users["stranger"].tokens.latest.access_token)


@given(parse("{user} enrolled {factor:Enrolled} with the MFA API token of {their} latest sign-in"))
def enrolled(users: TestUsers, user: str, factor: Phrase[Factor]) -> None:
    users[user].enrollment.complete(factor.value).result()


@when(parse("{user} tries to enroll {factor:Enrolled} through the {application}"), target_fixture="outcome")
def tries_to_enroll(
    users: TestUsers, tenant: Tenant, user: str, factor: Phrase[Factor], application: str
) -> Outcome[Any]:
    signed_in = users[user].sign_in(tenant.application(application), consent="accept")
    if signed_in.value is None:
        return signed_in
    started = users[user].enrollment.start(factor.value)
    return started if started.value is None else users[user].enrollment.confirm(users[user].enrollment.sms_code())


@given(parse("it is confirmed that the access token from {user}'s confirmation has the scope enroll"))
def confirmation_may_enroll(users: TestUsers, tenant: Tenant, user: str) -> None:
    # No source says which scopes it names (AF-CONF-07, AF-CONF-08).
    if "enroll" not in tenant.scope_of(users[user].held.latest(Confirmed).tokens):
        raise NotApplicable(
            "this needs a confirmation that issues a token with the scope enroll, and the tenant's does not"
        )


@then(parse("the tenant returns an out-of-band code for {channel:Channel} and asks for a binding code"))
def returns_oob_code(outcome: Outcome[Any], channel: Phrase[Factor]) -> None:
    started, expected = outcome.result(), channel.value
    assert started.oob_channel == expected, f"expected oob_channel {expected}, and it is {started.oob_channel}"
    assert started.binding_method == "prompt", f"expected binding_method prompt, and it is {started.binding_method}"


@then(parse("the tenant returns {count:Count} recovery code"))
def returns_recovery_code(outcome: Outcome[Any], count: Phrase[int]) -> None:
    handed = outcome.result().recovery_codes
    assert len(handed) == count.value, f"expected {count.value} recovery codes, and {len(handed)} came"


@then(parse("the request succeeds only if {user}'s access token from the confirmation has the scope enroll"))
def does_what_scopes_say(users: TestUsers, tenant: Tenant, outcome: Outcome[Any], observe: Observe, user: str) -> None:
    may = "enroll" in tenant.scope_of(users[user].held.latest(Confirmed).tokens)
    observe(
        "token-of-a-confirmation", f"the token of a confirmation {'may' if may else 'may not'} enroll another factor"
    )
    assert (outcome.value is not None) == may, (
        f"expected the token to {'enroll' if may else 'be refused'}, as its scopes say, and got {outcome.met}"
    )
