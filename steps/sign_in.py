"""A user with a password, signing in through the tenant's own pages, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_bdd import given, then, when

from mfa_verification.auth0.tenant import Tenant
from mfa_verification.core.outcome import NotApplicable, Outcome, Stop
from mfa_verification.users.directory import TestUsers
from mfa_verification.users.sign_ins import SignInRequest, with_sms_code
from mfa_verification.users.sources import ANSWERS, SIGN_INS, SKIPPING, wrong_password
from steps.words import Observe, Phrase, parse, step, table

CHALLENGES = {
    "the texted code": "mfa-sms-challenge",
    "the app's code": "mfa-otp-challenge",
    "{their} recovery code": "mfa-recovery-code-challenge",
}


@dataclass(frozen=True)
class Ending:
    """How a sign-in must end that brings no tokens; what is empty is left open."""

    expected: str
    challenged: bool | None = None
    """Whether a second factor was asked for; where none was, there may also be a refusal."""
    stops: Collection[Stop] = ()
    errors: Collection[str] = ()
    observed: str | None = None


ENDINGS: Mapping[str, Ending] = {
    "is not let in": Ending("to be stopped before any second factor", challenged=False),
    "is not let in, but asked for a second factor": Ending("a second factor to be asked for", challenged=True),
    "is kept out, with the right password too": Ending("to be told of a block", stops={Stop.ACCOUNT_BLOCKED}),
    # A tenant may have made its own page for a wrong address, in its own words.
    "is stopped on a page of the tenant's own": Ending(
        "to be stopped on a page of the tenant's own", stops={Stop.CALLBACK_MISMATCH, Stop.ERROR_PAGE}
    ),
    "gets none, because something would have to be shown": Ending(
        "the callback to say that something would have to be shown",
        errors={"login_required", "interaction_required", "mfa_required"},
    ),
    # How whoever was wrong too often is told, or not told (AF-LIMIT-10, AF-LIMIT-11).
    "is locked out for now, with the right code too": Ending(
        "to be locked out", errors={"invalid_grant", "too_many_attempts"}, observed="locked-out"
    ),
}
table("SignIn", SIGN_INS)
table("Skipping", SKIPPING)
table("Answer", ANSWERS)
table("Challenge", CHALLENGES)
table("Ending", ENDINGS)

Request = Phrase[Callable[..., SignInRequest]]


@given(parse("{user} has a password and no second factor"))
def has_a_password(users: TestUsers, user: str) -> None:
    users.create(user)


@step(
    parse("{user} signs in at the {application}{request:SignIn}"),
    parse("{user} signed in at the {application}{request:SignIn}"),
)
def signs_in(users: TestUsers, tenant: Tenant, user: str, application: str, request: Request) -> Outcome[Any]:
    return users[user].sign_in.send(request.of(users, user, SignInRequest(tenant.application(application))))


@step(parse("{user} signs in again {answer:Answer}"), parse("{user} signed in again {answer:Answer}"))
@when(parse('{user} signs in again {answer:Answer}, asking for "{scope}"'), target_fixture="outcome")
def signs_in_again(users: TestUsers, user: str, answer: Phrase[Any], scope: str | None = None) -> Outcome[Any]:
    more = {} if scope is None else {"scope": scope}
    return users[user].sign_in.again(answer.by(users, user), **more)


@when(parse("{user} signs in {request:Skipping} and tries to pass by the second factor"), target_fixture="outcome")
def signs_in_passing_by(users: TestUsers, user: str, request: Request) -> Outcome[Any]:
    again = SignInRequest(users[user].sign_in.application)
    return users[user].sign_in.send(request.of(users, user, again))


@when(parse("{user} signs in again and takes the texted code from the list of methods"), target_fixture="outcome")
def takes_another_method(users: TestUsers, user: str) -> Outcome[Any]:
    signed_in = users[user].sign_in.again(with_sms_code)
    if "mfa-sms-challenge" in signed_in.screens and "mfa-login-options" not in signed_in.screens:
        # Taken from the list as well, it would be texted twice.
        raise NotApplicable("this needs a tenant that asks for the app first, and this one asked for the phone")
    return signed_in


@when(parse("{user} signs in at the {application} for the MFA API with ten wrong passwords"), target_fixture="outcome")
def guesses_password(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    guessed = tenant.application(application)
    return [users[user].sign_in(guessed, password=wrong_password()) for _ in range(10)][-1]


@when(
    parse("{user} begins to sign in at the {application}, and takes the page to another device"),
    target_fixture="outcome",
)
def takes_page_elsewhere(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].sign_in.on_two_devices(tenant.application(application))


@when(
    parse("{user} signs in at the {application} through the SDK, told only of the MFA API and its scopes"),
    target_fixture="outcome",
)
def signs_in_through_sdk(users: TestUsers, tenant: Tenant, user: str, application: str) -> Outcome[Any]:
    return users[user].sign_in.by_sdk(tenant.application(application))


@when(parse("{user} asks silently for a token"), target_fixture="outcome")
@when(parse("{user} asks silently for a token at the {application}"), target_fixture="outcome")
def asks_silently(users: TestUsers, tenant: Tenant, user: str, application: str | None = None) -> Outcome[Any]:
    return users[user].sign_in.silently(tenant.application(application) if application else None)


@given(parse("{user} signed in at the {application} as far as its code"))
def signed_in_as_far_as_the_code(users: TestUsers, tenant: Tenant, user: str, application: str) -> None:
    users[user].sign_in.as_far_as_code(SignInRequest(tenant.application(application))).result()


@given(parse("{user}'s session lives on: a silent request brings {them} a token"))
@given(parse("{user}'s session lives on at the {application} too: a silent request brings {them} a token"))
def session_lives_on(users: TestUsers, tenant: Tenant, user: str, application: str | None = None) -> None:
    # A tenant may grant nothing silently, whoever asks (AF-AUTHZ-28).
    silent = users[user].sign_in.silently(tenant.application(application) if application else None)
    if silent.refusal is not None:
        raise NotApplicable(f"this needs a tenant that answers silent requests, and it met {silent.met}")
    silent.result()


@given(parse("{user} keeps a device, and had it remembered: {they} is not asked for a second factor there"))
def had_a_device_remembered(users: TestUsers, user: str) -> None:
    sign_in, remembered = users[user].sign_in, ANSWERS["with the texted code, and had the device remembered"]
    sign_in.keep_device()
    # For the application's other APIs, whose policy asks.
    sign_in.again(lambda watch: remembered(users[user], watch), scope="openid", audience="").result()
    again = sign_in.again(scope="openid", audience="", parameters={"prompt": "login"})
    if again.value is None and again.challenges:
        raise NotApplicable("this needs a tenant that remembers a device, and this one asked again")
    again.result()


@given(parse("somebody of another tenant has {user}'s user id, and signed in there at the {application}"))
def stranger_signed_in(
    users: TestUsers, strangers: TestUsers, other_tenant: Tenant, user: str, application: str
) -> None:
    user_id = users[user].user_id
    stranger = strangers.create("somebody", user_id=user_id.partition("|")[2])
    assert stranger.user_id == user_id, "expected the other tenant to give the user id that was asked for"
    stranger.sign_in(other_tenant.application(application)).result()


@then(parse("{user} is let in, and was not asked for a second factor"))
@then(parse("{user} is let in, after {they} was asked for {challenge:Challenge}"))
def is_let_in(outcome: Outcome[Any], challenge: Phrase[str] | None = None) -> None:
    outcome.result()
    shown = " → ".join(outcome.screens)
    if challenge is None:
        assert not outcome.challenges, f"expected no second factor to be asked for; the tenant showed {shown}"
    else:
        assert challenge.value in outcome.challenges, f"expected {challenge.value} first; the tenant showed {shown}"


@then(parse("{user} {ending:Ending}"))
def sign_in_ended(outcome: Outcome[Any], observe: Observe, user: str, ending: Phrase[Ending]) -> None:
    end, met = ending.value, f"expected {ending.value.expected} for {user}, and the tenant met them with {outcome.met}"
    assert outcome.value is None, met
    if end.observed and outcome.refusal:
        observe(end.observed, f"locked out: {outcome.refusal}")
    assert end.challenged is not True or outcome.challenges, met
    assert end.challenged is not False or outcome.refusal or not outcome.challenges, met
    assert not end.stops or outcome.stop in end.stops, met
    assert not end.errors or (outcome.refusal and outcome.refusal.error in end.errors), met


@then(parse("{user} is not locked out"))
def is_not_locked_out(outcome: Outcome[Any], user: str) -> None:
    # An assertion, and no result(): there a lock would be taken for the suite's own doing, and here it is the question.
    assert outcome.value is not None, f"expected {user}'s right code to count, and it met {outcome.met}"
