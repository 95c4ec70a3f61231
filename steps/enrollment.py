"""Starting to enroll a phone, an authenticator app or an e-mail address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.mfa_api import Factor
from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import NotApplicable, Outcome
from mfa_verification.core.secret import Secret
from mfa_verification.users.confirmations import in_header_and_body
from mfa_verification.users.directory import TestUser, TestUsers
from mfa_verification.users.held import Confirmed
from mfa_verification.users.sources import ENROLLABLE, TOKENS
from steps.words import Observe, Phrase, parse, step, table

CHANNELS = {"texts": Factor.SMS, "tells by a call": Factor.VOICE, "mails": Factor.EMAIL}
"""How a code reaches somebody, in words, and in the MFA API's (AF-ENROLL-19)."""
COUNTS: Mapping[str, int] = {"no": 0, "one": 1}
table("Enrollable", ENROLLABLE)
table("Token", TOKENS)
table("Channel", CHANNELS)
table("Count", COUNTS)


def enroll(user: TestUser, factor: Factor) -> Outcome[Any]:
    """Start an enrollment and confirm it, with the token of the latest sign-in in header and body."""
    user.enrollment.start(factor).result()
    code = user.enrollment.app_code() if factor is Factor.OTP else user.enrollment.sms_code()
    return user.enrollment.confirm(code, in_header_and_body)


@step(parse("{user} asks to enroll {factor:Enrollable}"), parse("{user} asked to enroll {factor:Enrollable}"))
@when(parse("{user} asks to enroll {factor:Enrollable} with {token:Token}"), target_fixture="outcome")
@when(parse("{user} asks to enroll the number {number}"), target_fixture="outcome")
def asks_to_enroll(
    users: TestUsers,
    user: str,
    factor: Phrase[Factor] | None = None,
    token: Phrase[Callable[..., Secret]] | None = None,
    number: str | None = None,
) -> Outcome[Any]:
    presented = token.of(users, user) if token else None
    return users[user].enrollment.start(factor.value if factor else Factor.SMS, presented, number)


@when(parse("somebody asks here to enroll {user}'s phone with the token of that tenant"), target_fixture="outcome")
def stranger_asks_to_enroll(users: TestUsers, strangers: TestUsers, user: str) -> Outcome[Any]:
    return users[user].enrollment.start(Factor.SMS, strangers["somebody"].tokens.latest.access_token)


@given(parse("{user} enrolled {factor:Enrollable} with the token of that sign-in"))
@given(parse("{user} enrolled {factor:Enrollable} at the {application}"))
def enrolled(
    users: TestUsers, tenant: Tenant, user: str, factor: Phrase[Factor], application: str | None = None
) -> None:
    if application is not None:
        users[user].sign_in(tenant.application(application)).result()
    enroll(users[user], factor.value).result()


@when(
    parse("{user} tries to enroll {factor:Enrollable} at the {application}, going as far as {they} can"),
    target_fixture="outcome",
)
def tries_to_enroll(
    users: TestUsers, tenant: Tenant, user: str, factor: Phrase[Factor], application: str
) -> Outcome[Any]:
    signed_in = users[user].sign_in(tenant.application(application), consent="accept")
    if signed_in.value is None:
        return signed_in
    started = users[user].enrollment.start(factor.value)
    return started if started.value is None else users[user].enrollment.confirm(users[user].enrollment.sms_code())


@given(parse("the token of {user}'s confirmation may enroll"))
def confirmation_may_enroll(users: TestUsers, tenant: Tenant, user: str) -> None:
    # No source says which scopes it names (AF-CONF-07, AF-CONF-08).
    if "enroll" not in tenant.scope_of(users[user].held.latest(Confirmed).tokens):
        raise NotApplicable("this needs a confirmation whose token may enroll, and the tenant's may not")


@then(parse("the tenant wants the code that it {channel:Channel}"))
def wants_the_code(outcome: Outcome[Any], channel: Phrase[Factor]) -> None:
    started, expected = outcome.result(), channel.value
    assert started.oob_channel == expected, f"expected oob_channel {expected}, and it is {started.oob_channel}"
    assert started.binding_method == "prompt", f"expected binding_method prompt, and it is {started.binding_method}"


@then(parse("the tenant hands {user} {count:Count} recovery code"))
def hands_recovery_code(outcome: Outcome[Any], user: str, count: Phrase[int]) -> None:
    handed = outcome.result().recovery_codes
    assert len(handed) == count.value, f"expected {count.value} recovery codes for {user}, and {len(handed)} came"


@then(parse("the tenant does what the scopes of {user}'s token say"))
def does_what_scopes_say(users: TestUsers, tenant: Tenant, outcome: Outcome[Any], observe: Observe, user: str) -> None:
    may = "enroll" in tenant.scope_of(users[user].held.latest(Confirmed).tokens)
    observe(
        "token-of-a-confirmation", f"the token of a confirmation {'may' if may else 'may not'} enroll another factor"
    )
    assert (outcome.value is not None) == may, (
        f"expected the token to {'enroll' if may else 'be refused'}, as its scopes say, and it met {outcome.met}"
    )
